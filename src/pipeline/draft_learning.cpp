#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/element.hpp"
#include "core/error.hpp"
#include "pipeline/draft.hpp"

namespace mlip::pipeline {

double tenths(double value) {
  return std::round(value * 10) / 10;
}

namespace {

/// Up to half more than thermal displacements reach: the fit is asked to interpolate.
constexpr std::array<double, 3> thermal_shares = {0.375, 0.9, 1.5};
constexpr std::array<double, 3> bond_shares = {0.04, 0.08, 0.15};

void plan_rattle(Draft& draft) {
  auto& rattle = draft.config().generate.rattle;
  const double d = draft.crystal().nearest_neighbor;
  const double temperature = highest_temperature(draft.goal(), draft.user.temperature());
  const double sigma = thermal_displacement(draft.composition, d, temperature);
  const auto& shares = draft.molecule() ? bond_shares : thermal_shares;
  const double scale = draft.molecule() ? d : sigma;
  rattle.clear();
  for (const double share : shares) rattle.push_back(std::round(1000 * share * scale) / 1000);
  const auto percent =
      fmt::format("{:g}, {:g} and {:g} %", 100 * shares[0], 100 * shares[1], 100 * shares[2]);
  draft.because("generate.rattle",
                draft.molecule()
                    ? fmt::format("{} of the bond of {:.3f} Å", percent, d)
                    : fmt::format("{} of the {:.3f} Å atoms move along an axis at {:g} K", percent,
                                  sigma, temperature));
}

void plan_prototype(Draft& draft) {
  auto& generate = draft.config().generate;
  const auto& target = draft.user.target_system;
  const std::string elements = fmt::format("{}", fmt::join(draft.config().elements, "-"));
  draft.because("generate.prototype", !draft.crystal_reason.empty() ? draft.crystal_reason
                                      : target.prototype
                                          ? "target_system.prototype"
                                          : fmt::format("what {} is known to form", elements));
  draft.because("generate.crystals", "target_system.structures names none");
  generate.lattice_constant = draft.crystal().lattice_constant;
  const bool tabulated = draft.composition.size() == 1 && draft.crystal_reason.empty();
  draft.because("generate.lattice_constant",
                target.lattice_constant ? draft.crystal_reason.empty()
                                              ? "target_system.lattice_constant"
                                              : "as the surrogate relaxed it"
                : tabulated             ? "experimental value in the table of elements"
                                        : "from the elements' atomic volumes or radii");
  draft.because("generate.closest", "as close as atoms come in a hot liquid");
}

void plan_given_crystals(Draft& draft) {
  auto& generate = draft.config().generate;
  generate.crystals = draft.user.crystals;
  const std::string source = draft.given() ? "target_system.structures" : draft.crystal_reason;
  draft.because("generate.prototype", source);
  for (std::size_t k = 0; k < generate.crystals.size(); ++k) {
    const std::string key = fmt::format("generate.crystals[{}].", k);
    draft.because(key + "name", draft.given() ? source : "its space group or prototype");
    for (const char* part : {"elements", "cell", "positions"})
      draft.because(key + part, draft.given()
                                    ? "as in that file: what it holds later is not looked at"
                                    : "as the surrogate relaxed it");
    if (draft.molecule()) draft.because(key + "cell", "a box that it turns and shakes in alone");
  }
  draft.because("generate.lattice_constant",
                fmt::format("0, of no effect: the {} are given",
                            draft.molecule() ? "molecules" : "crystals"));
  double closeness = std::numeric_limits<double>::infinity();
  for (const Crystal& crystal : draft.crystals)
    closeness = std::min(closeness, generate::closeness(crystal.cell));
  // What is given is allowed, and a little less.
  const double given = std::floor(85 * closeness) / 100;
  const bool dense = given < generate.closest;
  if (dense) generate.closest = given;
  draft.because("generate.closest",
                dense ? fmt::format("0.85 × the {:.3f} of the densest given", closeness)
                      : "as close as atoms come in a hot liquid");
}

}  // namespace

void plan_generation(Draft& draft) {
  auto& generate = draft.config().generate;
  generate.prototype = draft.crystal().prototype;
  if (draft.user.crystals.empty())
    plan_prototype(draft);
  else
    plan_given_crystals(draft);
  std::size_t atoms = 0;
  for (const Crystal& crystal : draft.crystals) atoms = std::max(atoms, crystal.cell.size());
  const std::size_t least =
      draft.molecule() ? 1 : std::max<std::size_t>(4, draft.composition.size());
  generate.max_atoms = static_cast<int>(atoms * ((least + atoms - 1) / atoms));
  draft.because("generate.max_atoms",
                fmt::format("{} atoms of the {}, repeated to at least 4 in a crystal", atoms,
                            draft.user.crystals.empty() ? "conventional cell" : "largest given"));
  const double pressure = draft.user.simulation_goal.pressure.value_or(0);
  generate.volumetric_strain =
      std::min(0.15, seed_strain + std::round(1000 * pressure / 300) / 1000);
  draft.because("generate.volumetric_strain",
                fmt::format("{:g}, and 1 % for every 3 GPa of {:g} GPa", seed_strain, pressure));
  generate.shear_strain = draft.goal() == "elastic" ? 0.05 : seed_strain;
  draft.because("generate.shear_strain", fmt::format("goal '{}'", draft.goal()));
  plan_rattle(draft);
  generate.alloys = draft.composition.size() > 1 && !draft.molecule()
                        ? 8 * static_cast<int>(draft.composition.size())
                        : 0;
  draft.because("generate.alloys",
                fmt::format("8 for each of {} elements, none for one or a molecule",
                            draft.composition.size()));
  generate.clusters = false;
  draft.because("generate.clusters", "core repulsion stands for very short bonds");
  const bool moves = draft.goal() == "diffusion" && !draft.molecule();
  generate.defect_images = moves ? tenths(2 * draft.crystal().nearest_neighbor - 0.05) : 0;
  draft.because("generate.defect_images",
                moves ? fmt::format("atoms move by defects; twice the bond of {:.3f} Å",
                                    draft.crystal().nearest_neighbor)
                      : fmt::format("goal '{}'", draft.goal()));
}

std::string no_liquids(const Draft& draft) {
  if (draft.goal() != "melting" || draft.molecule()) return fmt::format("goal '{}'", draft.goal());
  return draft.config().surrogate.model.empty() ? "none without surrogate.model" : "";
}

void plan_modelled_seeds(Draft& draft) {
  auto& generate = draft.config().generate;
  const std::string why_not = no_liquids(draft);
  const bool modelled = why_not.empty();
  const auto reason = [&](const std::string& why) { return modelled ? why : why_not; };
  generate.phonons = modelled ? 6 : 0;
  draft.because("generate.phonons", reason("what heat makes of the crystal, soft modes furthest"));
  const double highest = highest_temperature(draft.goal(), draft.user.temperature());
  generate.phonon_temperatures.clear();
  if (modelled) generate.phonon_temperatures = {std::round(highest / 2), highest};
  draft.because("generate.phonon_temperatures",
                reason(fmt::format("up to {:g} K, where walks go to", highest)));
  generate.searches = modelled ? 12 : 0;
  draft.because("generate.searches",
                reason("neighbours in other numbers and places than the crystal's"));
}

void plan_basis(Draft& draft) {
  auto& basis = draft.config().basis;
  const bool polyatomic = std::ranges::any_of(
      draft.crystals, [](const Crystal& crystal) { return crystal.cell.size() > 2; });
  if (draft.given_molecules() && polyatomic) return plan_molecular_basis(draft);
  const std::size_t elements = draft.composition.size();
  const double d = draft.crystal().nearest_neighbor;
  const bool open = !draft.molecule() && draft.crystal().coordination <= 4;
  const double factor = open ? 2.6 : 2.27;
  basis.cutoff = tenths(std::clamp(factor * d, 4.0, 7.5));
  draft.because("basis.cutoff",
                fmt::format("{:g} × the bond of {:.3f} Å, within 4 and 7.5 Å", factor, d));
  if (draft.molecule()) {
    basis.nradmax_by_orders = {10, 4};
    basis.lmax_by_orders = {0, 2};
  } else if (elements == 1) {
    basis.nradmax_by_orders = {10, 8, 4, 2};  // than 8 6 3 2: a quarter better forces of Al and Si
    basis.lmax_by_orders = {0, 4, 3, 2};
  } else if (elements == 2) {
    basis.nradmax_by_orders = {8, 4, 2, 1};
    basis.lmax_by_orders = {0, 3, 2, 1};
  } else {
    basis.nradmax_by_orders = {6, 3, 1};
    basis.lmax_by_orders = {0, 2, 1};
  }
  const std::string reason =
      draft.molecule() ? "a molecule has one bond: radial resolution, few angles"
                       : fmt::format("{} element{}: functions grow as the power of the order",
                                     elements, elements == 1 ? "" : "s");
  draft.because("basis.nradmax_by_orders", reason);
  draft.because("basis.lmax_by_orders", reason);
}

void plan_fit(Draft& draft) {
  auto& fit = draft.config().fit;
  fit.energy_weight = fit.stress_weight = 4;
  draft.because(
      "fit.energy_weight",
      "1 meV/atom counts as 4 meV/Å: more would fit the noise of k-points in small cells; less "
      "where the noise of the labels is measured to be more");
  draft.because("fit.force_weight", "the unit of the weights");
  draft.because("fit.stress_weight", "as energies: stress is energy an atom over strain");
  draft.because("fit.folds", "the evidence chooses: with few data it is sharper than folds");
  draft.because("fit.smoothness_power",
                "higher orders are held back more; its strength is chosen by the evidence");
}

void plan_training(Draft& draft) {
  auto& pacemaker = draft.config().training.pacemaker;
  draft.because("training.engine", "solves in seconds what Pacemaker iterates for minutes");
  draft.because("training.reference", "nothing to subtract where there are data");
  draft.because("training.weighting.policy", "what a run labels was chosen because it is needed");
  for (const char* key : {"energy_offset", "force_offset", "lower_tier", "highest_energy",
                          "lower_share", "largest_force"})
    draft.because(fmt::format("training.weighting.{}", key),
                  "as Pacemaker's own policy; unused where all labels count the same");
  const double wall = draft.user.resources.wall_time;
  pacemaker.time_limit_seconds = std::max(300.0, std::round(wall / 6));
  draft.because("training.pacemaker.time_limit_seconds",
                fmt::format("a sixth of {:g} s, at least 300 s", wall));
  draft.because("training.pacemaker.python", "the interpreter beside `pacemaker` in PATH");
  draft.because("training.pacemaker.iterations", "errors fall tenfold in the first 300 of BFGS");
  draft.because("training.pacemaker.l1", "against runaway coefficients; too weak to bias a fit");
  draft.because("training.pacemaker.l2", "against runaway coefficients; too weak to bias a fit");
  draft.because("training.pacemaker.embedding",
                "a linear density and a square root, as in second-moment potentials");
}

}  // namespace mlip::pipeline
