#include "dft/vasp/acceptance.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "core/element.hpp"
#include "dft/balance.hpp"

namespace mlip::dft::vasp {

namespace {

constexpr double same_length = 1e-5;   // Å
constexpr double same_value = 1e-6;    // eV: cutoff, width, energies of both files
constexpr double rounding = 2e-8;      // eV: eight decimals
constexpr double largest_force = 500;  // eV/Å
constexpr double empty_band = 0.005;
constexpr double smallest_moment_fraction = 0.3;

/// Empty where all is well, else what is not.
using Clause = std::string (*)(const Request&, const Vasprun&, const Outcar&);

std::string this_run(const Request& request, const Vasprun& vasprun, const Outcar&) {
  if (vasprun.run_id != request.run_id)
    return fmt::format("vasprun.xml is of the run '{}', not '{}'", vasprun.run_id, request.run_id);
  if (vasprun.ionic_steps == 1) return "";
  return fmt::format("{} ionic steps instead of one", vasprun.ionic_steps);
}

std::string same_structure(const Request& request, const Vasprun& vasprun, const Outcar&) {
  const core::Structure asked = sent(request.structure).structure;
  if (vasprun.structure.numbers != asked.numbers) return "other atoms than asked for";
  if (!(vasprun.structure.cell.vectors - asked.cell.vectors).isZero(same_length))
    return "another cell than asked for";
  for (std::size_t i = 0; i < asked.size(); ++i) {
    core::Vec3 apart =
        asked.to_fractional(vasprun.structure.positions[i] - asked.positions[i]).value;
    apart -= core::Vec3(apart.array().round());
    if (!asked.to_cartesian({apart}).isZero(same_length))
      return fmt::format("atom {} of POSCAR stands elsewhere than asked for", i + 1);
  }
  return "";
}

std::string same_settings(const Request& request, const Vasprun& vasprun, const Outcar&) {
  const Parameters& asked = request.parameters;
  if (std::abs(vasprun.encut - asked.encut) > same_value)
    return fmt::format("cutoff {} eV instead of {} eV", vasprun.encut, asked.encut);
  if (vasprun.ismear != asked.ismear)
    return fmt::format("ISMEAR {} instead of {}", vasprun.ismear, asked.ismear);
  const double sigma = asked.sigma * request.numerics.sigma_factor;
  if (std::abs(vasprun.sigma - sigma) > same_value)
    return fmt::format("SIGMA {} eV instead of {} eV", vasprun.sigma, sigma);
  if (vasprun.ispin != (asked.spin_polarized ? 2 : 1))
    return fmt::format("ISPIN {}", vasprun.ispin);
  const auto mesh = k_grid(request.structure, asked);
  if (vasprun.divisions != mesh)
    return fmt::format("mesh {} {} {} instead of {} {} {}", vasprun.divisions[0],
                       vasprun.divisions[1], vasprun.divisions[2], mesh[0], mesh[1], mesh[2]);
  return "";
}

std::string same_files(const Request& request, const Vasprun& vasprun, const Outcar&) {
  std::size_t kind = 0;
  for (const auto& symbol : species_of(request.structure)) {
    const auto& title = request.parameters.species.at(symbol).title;
    const std::string read = kind < vasprun.titles.size() ? vasprun.titles[kind] : "";
    if (read.empty() || !title.starts_with(read))
      return fmt::format("the POTCAR of {} was read as '{}' instead of '{}'", symbol, read, title);
    ++kind;
  }
  return "";
}

std::string settled(const Request& request, const Vasprun& vasprun, const Outcar&) {
  const auto& energies = vasprun.energies;
  if (!vasprun.converged() || energies.size() < 2) return "SCF steps used up";
  const double change = std::abs(energies.back() - energies[energies.size() - 2]);
  const double ediff = request.parameters.ediff * request.numerics.ediff_factor;
  if (change <= ediff + rounding) return "";
  return fmt::format("the last energy change {:.2g} eV is above EDIFF = {:.2g} eV", change, ediff);
}

std::string whole_output(const Request& request, const Vasprun& vasprun, const Outcar& outcar) {
  const std::size_t atoms = request.structure.size();
  if (!vasprun.energy || !outcar.energy) return "no free energy";
  if (vasprun.forces.size() != atoms)
    return fmt::format("{} forces of {}", vasprun.forces.size(), atoms);
  if (!request.parameters.isolated && !vasprun.stress) return "no stress";
  return "";
}

std::string same_energy(const Request&, const Vasprun& vasprun, const Outcar& outcar) {
  const double difference = std::abs(*vasprun.energy - *outcar.energy);
  if (difference < same_value) return "";
  return fmt::format("energies of OUTCAR and vasprun.xml differ by {:.2g} eV", difference);
}

std::string sane_forces(const Request&, const Vasprun& vasprun, const Outcar&) {
  for (const auto& force : vasprun.forces)
    if (force.norm() > largest_force) return fmt::format("a force of {:.0f} eV/Å", force.norm());
  return "";
}

std::string in_balance(const Request&, const Vasprun& vasprun, const Outcar&) {
  return imbalance_of(vasprun.forces, vasprun.stress);
}

std::string empty_highest_band(const Request&, const Vasprun& vasprun, const Outcar&) {
  if (vasprun.largest_last_occupation < empty_band) return "";
  return fmt::format("occupation {:.3f} of the highest band", vasprun.largest_last_occupation);
}

std::string moments_there(const Request& request, const Vasprun&, const Outcar& outcar) {
  if (!request.parameters.spin_polarized) return "";
  double expected = 0, found = 0;
  for (const int number : request.structure.numbers)
    expected += std::abs(
        request.parameters.species.at(std::string(core::element(number).symbol)).starting_moment);
  for (const double moment : outcar.magnetic_moments) found += std::abs(moment);
  if (outcar.magnetic_moments.size() != request.structure.size() && expected > 0)
    return "no moments of the atoms";
  if (found >= smallest_moment_fraction * expected) return "";
  return fmt::format("moments of {:.2f} of {:.2f} μB expected", found, expected);
}

struct Check {
  Fault fault;
  Clause clause;
};

constexpr std::array clauses = {
    Check{Fault::contradiction, this_run},       Check{Fault::contradiction, same_structure},
    Check{Fault::contradiction, same_settings},  Check{Fault::contradiction, same_files},
    Check{Fault::not_converged, settled},        Check{Fault::incomplete_output, whole_output},
    Check{Fault::contradiction, same_energy},    Check{Fault::unphysical, sane_forces},
    Check{Fault::contradiction, in_balance},     Check{Fault::too_few_bands, empty_highest_band},
    Check{Fault::magnetic_state, moments_there},
};

}  // namespace

Diagnosis check(const Request& request, const Vasprun& vasprun, const Outcar& outcar) {
  for (const Check& one : clauses)
    if (auto violated = one.clause(request, vasprun, outcar); !violated.empty())
      return {one.fault, std::move(violated)};
  return {};
}

core::Labels labels_of(const Request& request, const Vasprun& vasprun, const Outcar& outcar) {
  const Sent order = sent(request.structure);
  core::Labels labels;
  labels.energy = vasprun.energy;
  labels.forces = given_order(order, vasprun.forces);
  if (request.structure.cell.all_periodic() && !request.parameters.isolated)
    labels.stress = vasprun.stress;
  if (request.parameters.spin_polarized) {
    labels.total_magnetization = outcar.total_magnetization;
    if (outcar.magnetic_moments.size() == request.structure.size())
      labels.magnetic_moments = given_order(order, outcar.magnetic_moments);
  }
  return labels;
}

}  // namespace mlip::dft::vasp
