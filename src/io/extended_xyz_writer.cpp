#include <fmt/format.h>

#include <sstream>
#include <string_view>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/file.hpp"
#include "io/comment_line.hpp"
#include "io/extended_xyz.hpp"
#include "io/number.hpp"

namespace mlip::io {

namespace {

using core::Mat3;

/// A 3×3 key column after column, as ASE expects it.
Value columns_of(const Mat3& matrix) {
  const Mat3 transposed = matrix.transpose();
  return std::vector<double>(transposed.data(), transposed.data() + 9);
}

std::string properties_of(const Frame& frame) {
  std::string text = "species:S:1:pos:R:3";
  if (!frame.labels.forces.empty()) text += ":forces:R:3";
  if (!frame.labels.magnetic_moments.empty()) text += ":magmoms:R:1";
  for (const auto& [name, column] : frame.columns)
    text += fmt::format(":{}:{}:{}", name, column.type, column.width);
  return text;
}

void write_comment(std::ostream& out, const Frame& frame) {
  const core::Cell& cell = frame.structure.cell;
  const core::Labels& labels = frame.labels;
  if (!cell.vectors.isZero(0)) {
    const double* first = cell.vectors.data();
    out << format_pair("Lattice", std::vector<double>(first, first + 9)) << ' ';
  }
  out << format_pair("Properties", properties_of(frame));
  const bool two_energies = frame.info.contains("energy");
  if (labels.energy)
    out << ' ' << format_pair(two_energies ? "free_energy" : "energy", *labels.energy);
  if (labels.stress) out << ' ' << format_pair("stress", columns_of(*labels.stress));
  if (labels.total_magnetization) out << ' ' << format_pair("magmom", *labels.total_magnetization);
  for (const auto& [key, value] : frame.info) out << ' ' << format_pair(key, value);
  out << " pbc=\"";
  for (std::size_t axis = 0; axis < 3; ++axis)
    out << (axis ? " " : "") << (cell.periodic[axis] ? 'T' : 'F');
  out << "\"\n";
}

void write_cell_of(std::ostream& out, const Column& column, std::size_t at) {
  switch (column.type) {
    case 'S':
      out << column.words[at];
      break;
    case 'L':
      out << (column.numbers[at] != 0 ? 'T' : 'F');
      break;
    case 'I':
      out << static_cast<long>(column.numbers[at]);
      break;
    default:
      out << format_real(column.numbers[at]);
  }
}

void write_atom(std::ostream& out, const Frame& frame, std::size_t i) {
  const auto write_vector = [&out](const core::Vec3& v) {
    for (int k = 0; k < 3; ++k) out << ' ' << format_real(v[k]);
  };
  out << core::element(frame.structure.numbers[i]).symbol;
  write_vector(frame.structure.positions[i]);
  if (!frame.labels.forces.empty()) write_vector(frame.labels.forces[i]);
  if (!frame.labels.magnetic_moments.empty())
    out << ' ' << format_real(frame.labels.magnetic_moments[i]);
  for (const auto& [name, column] : frame.columns) {
    const auto width = static_cast<std::size_t>(column.width);
    for (std::size_t k = 0; k < width; ++k) {
      out << ' ';
      write_cell_of(out, column, i * width + k);
    }
  }
  out << '\n';
}

/// Sizes agree and no name is one with a meaning of its own.
void check(const Frame& frame) {
  const std::size_t atoms = frame.structure.size();
  MLIP_ASSERT(frame.structure.positions.size() == atoms);
  MLIP_ASSERT(frame.labels.forces.empty() || frame.labels.forces.size() == atoms);
  MLIP_ASSERT(frame.labels.magnetic_moments.empty() ||
              frame.labels.magnetic_moments.size() == atoms);
  for (const char* key : {"Lattice", "Properties", "pbc", "stress", "magmom", "free_energy"})
    MLIP_ASSERT(!frame.info.contains(key));
  for (const char* name : {"species", "pos", "forces", "magmoms"})
    MLIP_ASSERT(!frame.columns.contains(name));
  for (const auto& [name, column] : frame.columns) {
    const std::size_t fields = atoms * static_cast<std::size_t>(column.width);
    MLIP_ASSERT((column.type == 'S' ? column.words.size() : column.numbers.size()) == fields);
    MLIP_ASSERT(name.find_first_of(": \t\r\n") == std::string::npos && !name.empty());
    for (const std::string& word : column.words)
      MLIP_ASSERT(!word.empty() && word.find_first_of(" \t\r\n") == std::string::npos);
  }
}

}  // namespace

void write_extended_xyz(std::ostream& out, const Frame& frame) {
  check(frame);
  out << frame.structure.size() << '\n';
  write_comment(out, frame);
  for (std::size_t i = 0; i < frame.structure.size(); ++i) write_atom(out, frame, i);
}

void write_extended_xyz(const std::filesystem::path& file, const std::vector<Frame>& frames) {
  std::ostringstream out;
  for (const Frame& frame : frames) write_extended_xyz(out, frame);
  core::write_atomically(file, out.str());
}

}  // namespace mlip::io
