#include <fmt/format.h>

#include <algorithm>

#include "dft/vasp/cost.hpp"
#include "generate/cells.hpp"
#include "generate/interfaces.hpp"
#include "pipeline/draft.hpp"

namespace mlip::pipeline {

namespace {

// Of the DFT.
constexpr double supercell_share = 0.25, goal_share = 0.35;
// Large cells take more iterations than the law of cost knows: 65 for 16 atoms of Fe-Ni, 17 for 4.
constexpr double more_iterations = 2.5;

constexpr double cost_of_unknown_calculators = 1;  // core s

dft::espresso::Parameters costs_like(const Draft& draft) {
  const auto& config = draft.plan.config;
  return config.vasp ? dft::vasp::costs_like(*config.vasp) : config.dft;
}

double cost_of_all(const Draft& draft, const std::vector<core::Candidate>& candidates) {
  if (!draft.plan.config.ase.calculator.empty())
    return cost_of_unknown_calculators * static_cast<double>(candidates.size());
  const auto dft = costs_like(draft);
  double sum = 0;
  for (const auto& candidate : candidates)
    sum += dft::espresso::core_seconds(candidate.structure, dft);
  return more_iterations * sum;
}

/// Cells whose atoms are no images of one another: what of the DFT's core seconds they take.
double plan_supercells(Draft& draft, double core_seconds) {
  auto& generate = draft.config().generate;
  generate.supercells = 0;
  double cost = 0;
  if (!draft.molecule())
    for (const int atoms : {32, 16, 8}) {
      const auto repeats = generate::compact_repeats(draft.crystal().cell, atoms);
      generate.supercell_repeats.assign(repeats.begin(), repeats.end());
      cost = more_iterations * crystal_cost(draft, atoms);
      generate.supercells = std::min(static_cast<int>(supercell_share * core_seconds / cost), 4);
      if (generate.supercells > 1) break;
    }
  draft.because("generate.supercells",
                draft.molecule()
                    ? "a molecule has no images"
                    : fmt::format("at most 4, and {:g} % of the DFT at {:.1f} core s each: "
                                  "in small cells the neighbours of an atom move together",
                                  100 * supercell_share, cost));
  draft.because("generate.supercell_repeats",
                "32 atoms, or 16 or 8 where these are too dear for two");
  return generate.supercells * cost;
}

/// Liquids, and what they cool through, for the goal that needs them.
double plan_melts(Draft& draft, double core_seconds) {
  constexpr int stages = 3, most = 4;
  auto& generate = draft.config().generate;
  const auto& repeats = generate.supercell_repeats;
  const int atoms =
      static_cast<int>(draft.crystal().cell.size()) * repeats.at(0) * repeats.at(1) * repeats.at(2);
  const double cost = stages * more_iterations * crystal_cost(draft, atoms);
  const std::string why_not = no_liquids(draft);
  generate.melts =
      why_not.empty() ? std::clamp(static_cast<int>(goal_share * core_seconds / cost), 0, most) : 0;
  draft.because("generate.melts",
                why_not.empty()
                    ? fmt::format("at most {}, and {:g} % of the DFT at {:.1f} core s for one of "
                                  "liquid, quench and glass each",
                                  most, 100 * goal_share, cost)
                    : why_not);
  generate.melt_steps =
      static_cast<int>(std::clamp(draft.user.resources.wall_time / 600 * 1000, 1000.0, 8000.0));
  draft.because("generate.melt_steps", "1000 for every 10 min of wall time, within 1000 and 8000");
  return generate.melts * cost;
}

/// The largest interfaces that are payable, `wanted` telling whether the goal needs the kind.
double plan_interfaces(Draft& draft, int generate::Options::*atoms, bool wanted,
                       double core_seconds) {
  auto& generate = draft.config().generate;
  generate.*atoms = 0;
  if (!wanted || draft.molecule()) return 0;
  for (const int most : {64, 48, 32, 24, 16, 8}) {
    generate::Options options = generate;
    options.slab_atoms = options.fault_atoms = 0;
    options.*atoms = most;
    double cost = 0;
    for (std::size_t k = 0; k < generate::crystal_count(options); ++k)
      cost += 2 * cost_of_all(draft, generate::interfaces(options, k));  // as it is and rattled
    if (cost > goal_share * core_seconds) continue;
    if (cost > 0) generate.*atoms = most;
    return cost;
  }
  return 0;
}

std::string interface_reason(const Draft& draft, const std::string& goal, int atoms) {
  if (draft.molecule()) return "a molecule has none";
  if (draft.goal() != goal) return fmt::format("goal '{}'", draft.goal());
  return atoms > 0 ? fmt::format("at most 64, and {:g} % of the DFT", 100 * goal_share)
                   : "the crystal has none whose labels this wall time pays for";
}

}  // namespace

double crystal_cost(const Draft& draft, int atoms) {
  if (!draft.plan.config.ase.calculator.empty()) return cost_of_unknown_calculators;
  const auto dft = costs_like(draft);
  double sum = 0;
  for (const Crystal& crystal : draft.crystals)
    sum +=
        label_cost(crystal, generate::compact_repeats(crystal.cell, atoms), draft.composition, dft);
  return sum / static_cast<double>(draft.crystals.size());
}

double plan_large_seeds(Draft& draft, double core_seconds) {
  auto& generate = draft.config().generate;
  double cost = plan_supercells(draft, core_seconds) + plan_melts(draft, core_seconds);
  cost += plan_interfaces(draft, &generate::Options::slab_atoms, draft.goal() == "surface",
                          core_seconds);
  cost += plan_interfaces(draft, &generate::Options::fault_atoms, draft.goal() == "plasticity",
                          core_seconds);
  draft.because("generate.slab_atoms", interface_reason(draft, "surface", generate.slab_atoms));
  draft.because("generate.fault_atoms",
                interface_reason(draft, "plasticity", generate.fault_atoms));
  return cost;
}

}  // namespace mlip::pipeline
