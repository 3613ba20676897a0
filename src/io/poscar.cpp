#include "io/poscar.hpp"

#include <fmt/format.h>

#include <Eigen/LU>
#include <cmath>
#include <sstream>
#include <vector>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/file.hpp"
#include "io/number.hpp"

namespace mlip::io {

namespace {

using core::Vec3;

class PoscarReader {
 public:
  PoscarReader(std::istream& in, std::string name) : in_(in), name_(std::move(name)) {}
  core::Structure read();

 private:
  [[noreturn]] void fail(const std::string& message, const std::string& remedy = "") const {
    throw core::bad_input(name_, line_, message, remedy);
  }
  void next_line(const char* expected);
  /// At least `count` numbers at the start of the line.
  [[nodiscard]] std::vector<double> numbers(std::size_t count, const char* expected) const;
  [[nodiscard]] Vec3 vector(const char* expected) const;
  Vec3 read_scale();
  void read_cell();
  void read_atoms();
  [[nodiscard]] int species(std::string_view word) const;
  [[nodiscard]] std::vector<int> species_of(const std::string& line) const;
  void read_positions(const Vec3& scale);

  std::istream& in_;
  std::string name_;
  int line_ = 0;
  std::string text_;
  std::string title_;
  core::Structure structure_;
};

void PoscarReader::next_line(const char* expected) {
  if (!std::getline(in_, text_)) fail(fmt::format("the file ends before {}", expected));
  ++line_;
  if (!text_.empty() && text_.back() == '\r') text_.pop_back();
}

std::vector<double> PoscarReader::numbers(std::size_t count, const char* expected) const {
  std::vector<double> values;
  for (const std::string_view word : split(text_)) {
    const auto value = parse_real(word);
    if (!value || !std::isfinite(*value)) break;
    values.push_back(*value);
  }
  if (values.size() < count) fail(fmt::format("expected {}, found '{}'", expected, text_));
  return values;
}

Vec3 PoscarReader::vector(const char* expected) const {
  return Vec3(numbers(3, expected).data());
}

/// One factor an axis; a single negative number is the volume wanted and is settled with the cell.
Vec3 PoscarReader::read_scale() {
  next_line("the scale");
  const auto values = numbers(1, "a scale or three");
  Vec3 scale = values.size() >= 3 ? Vec3(values.data()) : Vec3::Constant(values[0]);
  const bool usable = values.size() >= 3 ? scale.minCoeff() > 0 : values[0] != 0;
  if (!usable) fail(fmt::format("scale '{}' is not positive", text_));
  return scale;
}

void PoscarReader::read_cell() {
  for (int axis = 0; axis < 3; ++axis) {
    next_line("the cell vectors");
    structure_.cell.vectors.row(axis) = vector("a cell vector");
  }
  structure_.cell.periodic = {true, true, true};
  const double lengths = structure_.cell.vectors.rowwise().norm().prod();
  if (!(structure_.cell.volume() > 1e-9 * lengths)) fail("the cell vectors do not span a cell");
}

int PoscarReader::species(std::string_view word) const {
  // Names of pseudopotentials stand for their elements: Fe_pv, Fe/0123abcd.
  const std::string_view symbol = word.substr(0, word.find_first_of("_/"));
  const auto number = core::atomic_number(symbol);
  if (!number)
    fail(fmt::format("unknown element '{}'", word.substr(0, 40)),
         fmt::format("the nearest symbol is '{}'", core::nearest_symbol(symbol)));
  return *number;
}

std::vector<int> PoscarReader::species_of(const std::string& line) const {
  std::vector<int> result;
  for (const std::string_view word : split(line)) result.push_back(species(word));
  return result;
}

void PoscarReader::read_atoms() {
  next_line("the elements");
  auto words = split(text_);
  std::vector<int> kinds;
  if (!words.empty() && parse_integer(words[0])) {
    kinds = species_of(title_);
  } else {
    kinds = species_of(text_);
    next_line("the numbers of atoms");
    words = split(text_);
  }
  if (words.size() != kinds.size())
    fail(fmt::format("{} elements but {} numbers of atoms", kinds.size(), words.size()));
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    const auto count = parse_integer(words[kind]);
    if (!count || *count < 0 || *count > 10'000'000)
      fail(fmt::format("'{}' is no number of atoms", words[kind]));
    structure_.numbers.insert(structure_.numbers.end(), static_cast<std::size_t>(*count),
                              kinds[kind]);
  }
}

void PoscarReader::read_positions(const Vec3& scale) {
  const auto initial = [this] {
    const auto words = split(text_);
    return words.empty() ? ' ' : words[0][0];
  };
  next_line("'Direct' or 'Cartesian'");
  if (initial() == 'S' || initial() == 's') next_line("'Direct' or 'Cartesian'");
  const bool cartesian = std::string_view("CcKk").find(initial()) != std::string_view::npos;
  for (std::size_t atom = 0; atom < structure_.size(); ++atom) {
    next_line("the last position");
    const Vec3 read = vector("a position");
    structure_.positions.push_back(cartesian ? Vec3(read.cwiseProduct(scale))
                                             : structure_.to_cartesian({read}));
  }
}

core::Structure PoscarReader::read() {
  next_line("the title");
  title_ = text_;
  Vec3 scale = read_scale();
  read_cell();
  if (scale[0] < 0) scale = Vec3::Constant(std::cbrt(-scale[0] / structure_.cell.volume()));
  structure_.cell.vectors = structure_.cell.vectors * scale.asDiagonal();
  read_atoms();
  read_positions(scale);
  return std::move(structure_);
}

}  // namespace

core::Structure read_poscar(std::istream& in, const std::string& name) {
  return PoscarReader(in, name).read();
}

core::Structure read_poscar(const std::filesystem::path& file) {
  std::istringstream in(core::read_file(file));
  return read_poscar(in, file.string());
}

}  // namespace mlip::io
