#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <pugixml.hpp>
#include <sstream>

#include "core/element.hpp"
#include "core/units.hpp"
#include "dft/espresso/output.hpp"

namespace mlip::dft::espresso {

namespace {

constexpr double force_in_hartree_units = core::ev_per_hartree / core::angstrom_per_bohr;
constexpr double stress_in_hartree_units =
    core::ev_per_hartree /
    (core::angstrom_per_bohr * core::angstrom_per_bohr * core::angstrom_per_bohr);
constexpr std::size_t most_numbers = 10'000'000;

/// All numbers of an element, or nothing at all where one is not finite or not a number.
std::vector<double> numbers(const pugi::xml_node& node) {
  std::vector<double> values;
  const char* at = node.child_value();
  for (;;) {
    char* end = nullptr;
    const double value = std::strtod(at, &end);
    if (end == at) break;
    if (!std::isfinite(value) || values.size() == most_numbers) return {};
    values.push_back(value);
    at = end;
  }
  const std::string_view rest(at);
  return rest.find_first_not_of(" \t\r\n") == std::string_view::npos ? values
                                                                     : std::vector<double>{};
}

std::optional<double> number(const pugi::xml_node& node) {
  const auto values = numbers(node);
  return values.size() == 1 ? std::optional(values[0]) : std::nullopt;
}

bool truth(const pugi::xml_node& node) {
  return std::string_view(node.child_value()).find("true") != std::string_view::npos;
}

int whole(const pugi::xml_node& node) {
  const double value = number(node).value_or(0);
  return std::abs(value) < 1e9 ? static_cast<int>(value) : 0;
}

std::vector<core::Vec3> vectors(const std::vector<double>& values, double unit) {
  std::vector<core::Vec3> result;
  for (std::size_t i = 0; i + 2 < values.size(); i += 3)
    result.emplace_back(core::Vec3(values[i], values[i + 1], values[i + 2]) * unit);
  return result;
}

/// False where an atom or a cell vector is not readable.
bool read_structure(const pugi::xml_node& node, core::Structure& structure) {
  structure.cell.periodic = {true, true, true};
  for (const auto& atom : node.child("atomic_positions").children("atom")) {
    std::string name = atom.attribute("name").value();
    name.erase(std::find_if(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; }),
               name.end());
    const auto position = vectors(numbers(atom), core::angstrom_per_bohr);
    const auto atomic_number = core::atomic_number(name);
    if (position.size() != 1 || !atomic_number) return false;
    structure.numbers.push_back(*atomic_number);
    structure.positions.push_back(position[0]);
  }
  int row = 0;
  for (const char* axis : {"a1", "a2", "a3"}) {
    const auto vector = vectors(numbers(node.child("cell").child(axis)), core::angstrom_per_bohr);
    if (vector.size() != 1) return false;
    structure.cell.vectors.row(row++) = vector[0];
  }
  return !structure.numbers.empty();
}

void read_bands(const pugi::xml_node& bands, XmlOutput& result) {
  result.smearing = bands.child("smearing");
  const int up = whole(bands.child("nbnd_up"));
  for (const auto& point : bands.children("ks_energies")) {
    const auto occupations = numbers(point.child("occupations"));
    if (occupations.empty()) continue;
    double last = std::abs(occupations.back());
    if (up > 0 && static_cast<std::size_t>(up) <= occupations.size())
      last = std::max(last, std::abs(occupations[static_cast<std::size_t>(up) - 1]));
    result.largest_last_occupation = std::max(result.largest_last_occupation, last);
  }
}

void read_labels(const pugi::xml_node& output, XmlOutput& result) {
  if (const auto energy = number(output.child("total_energy").child("etot")))
    result.energy = *energy * core::ev_per_hartree;
  result.forces = vectors(numbers(output.child("forces")), force_in_hartree_units);
  const auto stress = numbers(output.child("stress"));
  if (stress.size() == 9)
    result.stress = -stress_in_hartree_units * Eigen::Map<const core::Mat3>(stress.data());
  const auto magnetization = output.child("magnetization");
  if (truth(magnetization.child("lsda"))) {
    result.total_magnetization = number(magnetization.child("total"));
    result.absolute_magnetization = number(magnetization.child("absolute"));
  }
}

}  // namespace

std::optional<XmlOutput> parse_xml(const std::string& content) {
  pugi::xml_document document;
  if (!document.load_buffer(content.data(), content.size())) return std::nullopt;
  const auto root = document.child("qes:espresso");
  const auto output = root.child("output");
  // <closed> is the last thing pw.x writes.
  if (!output || !root.child("closed")) return std::nullopt;
  XmlOutput result;
  if (!read_structure(output.child("atomic_structure"), result.structure)) return std::nullopt;
  const auto convergence = output.child("convergence_info").child("scf_conv");
  result.converged = truth(convergence.child("convergence_achieved"));
  result.scf_steps = whole(convergence.child("n_scf_steps"));
  result.scf_error_ry = 2 * number(convergence.child("scf_error")).value_or(HUGE_VAL);
  result.processes = whole(root.child("parallel_info").child("nprocs"));
  result.version = root.child("general_info").child("creator").attribute("VERSION").value();
  result.run_id = root.child("input").child("control_variables").child_value("title");
  read_labels(output, result);
  read_bands(output.child("band_structure"), result);
  return result;
}

}  // namespace mlip::dft::espresso
