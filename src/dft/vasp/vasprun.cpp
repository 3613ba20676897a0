#include "dft/vasp/vasprun.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <pugixml.hpp>
#include <string_view>

#include "core/element.hpp"
#include "core/units.hpp"

namespace mlip::dft::vasp {

namespace {

constexpr double ev_per_a3_per_kbar = 0.1 / core::gpa_per_ev_per_a3;

/// All numbers of an element, or nothing at all where one is not finite or not a number.
std::vector<double> numbers_of(const pugi::xml_node& node) {
  std::vector<double> values;
  const char* at = node.child_value();
  for (char* end = nullptr;; at = end) {
    const double value = std::strtod(at, &end);
    if (end == at) break;
    if (!std::isfinite(value)) return {};
    values.push_back(value);
  }
  return std::string_view(at).find_first_not_of(" \t\r\n") == std::string_view::npos
             ? values
             : std::vector<double>{};
}

std::string text_of(const pugi::xml_node& node) {
  const std::string_view text = node.child_value();
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

pugi::xml_node named(const pugi::xml_node& node, const char* element, const char* name) {
  return node.find_child_by_attribute(element, "name", name);
}

std::optional<double> real(const pugi::xml_node& node) {
  const auto values = numbers_of(node);
  return values.size() == 1 ? std::optional(values[0]) : std::nullopt;
}

int whole(const pugi::xml_node& node) {
  const double value = real(node).value_or(0);
  return std::abs(value) < 1e9 ? static_cast<int>(value) : 0;
}

/// Rows of three; empty where one is not.
std::vector<core::Vec3> rows_of(const pugi::xml_node& varray) {
  std::vector<core::Vec3> rows;
  for (const auto& row : varray.children("v")) {
    const auto values = numbers_of(row);
    if (values.size() != 3) return {};
    rows.emplace_back(values.data());
  }
  return rows;
}

std::optional<core::Mat3> matrix_of(const pugi::xml_node& varray) {
  const auto rows = rows_of(varray);
  if (rows.size() != 3) return std::nullopt;
  core::Mat3 matrix;
  for (int i = 0; i < 3; ++i) matrix.row(i) = rows[static_cast<std::size_t>(i)];
  return matrix;
}

/// False where an atom or a cell vector is not readable.
bool read_structure(const pugi::xml_node& root, const pugi::xml_node& step, Vasprun& result) {
  const auto node = step.child("structure");
  const auto cell = matrix_of(named(node.child("crystal"), "varray", "basis"));
  if (!cell) return false;
  result.structure.cell.vectors = *cell;
  result.structure.cell.periodic = {true, true, true};
  for (const auto& row : named(root.child("atominfo"), "array", "atoms").child("set").children()) {
    const auto number = core::atomic_number(text_of(row.child("c")));
    if (!number) return false;
    result.structure.numbers.push_back(*number);
  }
  for (const auto& position : rows_of(named(node, "varray", "positions")))
    result.structure.positions.push_back(result.structure.to_cartesian({position}));
  return !result.structure.numbers.empty() &&
         result.structure.positions.size() == result.structure.size();
}

/// The first field of that name, however deep its block lies.
pugi::xml_node parameter(const pugi::xml_node& parameters, const char* name) {
  return parameters.find_node([name](const pugi::xml_node& node) {
    return node.attribute("name").value() == std::string_view(name);
  });
}

void read_settings(const pugi::xml_node& root, Vasprun& result) {
  const auto generator = root.child("generator");
  result.version = text_of(named(generator, "i", "version"));
  const auto parameters = root.child("parameters");
  result.run_id = text_of(parameter(parameters, "SYSTEM"));
  result.encut = real(parameter(parameters, "ENMAX")).value_or(0);
  result.sigma = real(parameter(parameters, "SIGMA")).value_or(0);
  result.ediff = real(parameter(parameters, "EDIFF")).value_or(0);
  result.nelm = whole(parameter(parameters, "NELM"));
  result.ismear = whole(parameter(parameters, "ISMEAR"));
  result.ispin = whole(parameter(parameters, "ISPIN"));
  const auto divisions =
      numbers_of(named(root.child("kpoints").child("generation"), "v", "divisions"));
  if (divisions.size() == 3)
    std::transform(divisions.begin(), divisions.end(), result.divisions.begin(),
                   [](double n) { return static_cast<int>(std::clamp(n, 0.0, 1e6)); });
  for (const auto& type :
       named(root.child("atominfo"), "array", "atomtypes").child("set").children("rc"))
    result.titles.push_back(text_of(type.last_child()));
}

/// Eigenvalues stand in sets of spins, of k-points, of bands: the last row of the innermost counts.
void read_occupations(const pugi::xml_node& set, double& largest) {
  for (const auto& inner : set.children("set")) read_occupations(inner, largest);
  const auto last = numbers_of(set.last_child());
  if (set.child("r") && last.size() == 2) largest = std::max(largest, std::abs(last[1]));
}

void read_step(const pugi::xml_node& step, Vasprun& result) {
  for (const auto& scf : step.children("scstep"))
    if (const auto energy = real(named(scf.child("energy"), "i", "e_fr_energy")))
      result.energies.push_back(*energy);
  result.energy = real(named(step.child("energy"), "i", "e_fr_energy"));
  result.forces = rows_of(named(step, "varray", "forces"));
  if (const auto stress = matrix_of(named(step, "varray", "stress")))
    result.stress = -ev_per_a3_per_kbar * (*stress + stress->transpose()) / 2;
  read_occupations(step.child("eigenvalues").child("array").child("set"),
                   result.largest_last_occupation);
}

}  // namespace

bool Vasprun::converged() const {
  return !energies.empty() && static_cast<int>(energies.size()) < nelm;
}

std::optional<Vasprun> parse_vasprun(const std::string& content) {
  pugi::xml_document document;
  if (!document.load_buffer(content.data(), content.size())) return std::nullopt;
  const auto root = document.child("modeling");
  pugi::xml_node last;
  Vasprun result;
  for (const auto& step : root.children("calculation")) {
    last = step;
    ++result.ionic_steps;
  }
  if (!last || !read_structure(root, last, result)) return std::nullopt;
  read_settings(root, result);
  read_step(last, result);
  return result;
}

}  // namespace mlip::dft::vasp
