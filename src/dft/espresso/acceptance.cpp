#include "dft/espresso/acceptance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/element.hpp"
#include "core/units.hpp"
#include "dft/balance.hpp"
#include "dft/structure_problem.hpp"

namespace mlip::dft::espresso {

namespace {

constexpr double same_length = 1e-5;  // Å
constexpr double same_energy_ry = 2e-8;
constexpr double largest_force = 500;  // eV/Å
constexpr double empty_band = 0.005;
constexpr double smallest_moment_fraction = 0.3;

/// Empty where all is well, else what is not.
using Clause = std::string (*)(const Request&, const XmlOutput&, const TextOutput&);

std::string this_run(const Request& request, const XmlOutput& xml, const TextOutput&) {
  if (xml.run_id == request.run_id) return "";
  return fmt::format("the XML file is of the run '{}', not '{}'", xml.run_id, request.run_id);
}

std::string converged(const Request& request, const XmlOutput& xml, const TextOutput&) {
  if (!xml.converged) return "the XML file says not converged";
  if (xml.scf_error_ry <= request.parameters.conv_thr_ry) return "";
  return fmt::format("scf error {:.2g} Ry above the threshold {:.2g} Ry", xml.scf_error_ry,
                     request.parameters.conv_thr_ry);
}

std::string complete(const Request& request, const XmlOutput& xml, const TextOutput& text) {
  const std::size_t atoms = request.structure.size();
  if (!xml.energy || !text.energy) return "no total energy";
  if (xml.forces.size() != atoms) return fmt::format("{} forces of {}", xml.forces.size(), atoms);
  if (!request.parameters.isolated && !xml.stress) return "no stress";
  return "";
}

std::string same_structure(const Request& request, const XmlOutput& xml, const TextOutput&) {
  const core::Structure asked = boxed(request.structure);
  if (xml.structure.numbers != asked.numbers) return "other atoms than asked for";
  if (!(xml.structure.cell.vectors - asked.cell.vectors).isZero(same_length))
    return "another cell than asked for";
  for (std::size_t i = 0; i < asked.size(); ++i)
    if (!(xml.structure.positions[i] - asked.positions[i]).isZero(same_length))
      return fmt::format("atom {} stands elsewhere than asked for", i + 1);
  return "";
}

std::string same_energy(const Request&, const XmlOutput& xml, const TextOutput& text) {
  const double difference = std::abs(*xml.energy - *text.energy) / core::ev_per_rydberg;
  if (difference < same_energy_ry) return "";
  return fmt::format("energies of text and XML differ by {:.2g} Ry", difference);
}

std::string same_processes(const Request& request, const XmlOutput& xml, const TextOutput&) {
  if (xml.processes == request.numerics.mpi_ranks) return "";
  return fmt::format("{} processes instead of {}", xml.processes, request.numerics.mpi_ranks);
}

std::string same_files(const Request& request, const XmlOutput&, const TextOutput& text) {
  for (const auto& name : species_of(request.structure)) {
    const auto& checksum = request.parameters.species.at(name).checksum;
    const auto read = std::find_if(text.pseudopotentials.begin(), text.pseudopotentials.end(),
                                   [&](const auto& file) { return file.element == name; });
    if (read == text.pseudopotentials.end())
      return fmt::format("no pseudopotential was read for {}", name);
    if (read->checksum != checksum)
      return fmt::format("{} was read with MD5 {} instead of {}", read->file, read->checksum,
                         checksum);
  }
  return "";
}

std::string highest_band_empty(const Request& request, const XmlOutput& xml, const TextOutput&) {
  if (request.parameters.occupations != "smearing" || xml.largest_last_occupation < empty_band)
    return "";
  return fmt::format("occupation {:.3f} of the highest band", xml.largest_last_occupation);
}

std::string physical(const Request&, const XmlOutput& xml, const TextOutput&) {
  if (*xml.energy >= 0) return fmt::format("energy {:.3f} eV above zero", *xml.energy);
  for (const auto& force : xml.forces)
    if (force.norm() > largest_force) return fmt::format("a force of {:.0f} eV/Å", force.norm());
  return "";
}

std::string balanced(const Request&, const XmlOutput& xml, const TextOutput&) {
  return imbalance_of(xml.forces, xml.stress);
}

std::string expected_moment(const Request& request, const XmlOutput& xml, const TextOutput&) {
  if (!request.parameters.spin_polarized) return "";
  double expected = 0;
  for (int number : request.structure.numbers)
    expected += std::abs(
        request.parameters.species.at(std::string(core::element(number).symbol)).starting_moment);
  if (!xml.absolute_magnetization) return "no magnetization";
  if (*xml.absolute_magnetization >= smallest_moment_fraction * expected) return "";
  return fmt::format("absolute magnetization {:.2f} of {:.2f} expected",
                     *xml.absolute_magnetization, expected);
}

struct Check {
  Fault fault;
  Clause clause;
};

constexpr std::array clauses = {
    Check{Fault::contradiction, this_run},         Check{Fault::not_converged, converged},
    Check{Fault::incomplete_output, complete},     Check{Fault::contradiction, same_structure},
    Check{Fault::contradiction, same_energy},      Check{Fault::contradiction, same_processes},
    Check{Fault::contradiction, same_files},       Check{Fault::unphysical, physical},
    Check{Fault::contradiction, balanced},         Check{Fault::too_few_bands, highest_band_empty},
    Check{Fault::magnetic_state, expected_moment},
};

}  // namespace

Diagnosis check(const Request& request, const XmlOutput& xml, const TextOutput& text) {
  for (const Check& one : clauses)
    if (auto violated = one.clause(request, xml, text); !violated.empty())
      return {one.fault, std::move(violated)};
  return {};
}

core::Labels labels_of(const Request& request, const XmlOutput& xml, const TextOutput& text) {
  core::Labels labels;
  labels.energy = xml.energy;
  labels.forces = xml.forces;
  if (request.structure.cell.all_periodic() && !request.parameters.isolated)
    labels.stress = xml.stress;
  if (request.parameters.spin_polarized) {
    labels.total_magnetization = xml.total_magnetization;
    if (text.magnetic_moments.size() == request.structure.size())
      labels.magnetic_moments = text.magnetic_moments;
  }
  return labels;
}

Diagnosis check_structure(const core::Structure& structure) {
  const auto problem = problem_of(structure);
  if (!problem) return {};
  return {problem->too_close ? Fault::atoms_too_close : Fault::bad_structure, problem->detail};
}

}  // namespace mlip::dft::espresso
