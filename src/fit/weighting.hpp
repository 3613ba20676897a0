/// How much each label counts in a loss.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "ace/potential.hpp"
#include "fit/linear.hpp"

namespace mlip::fit {

/// What one structure's labels count in
///   L = Σ_s energy (ΔE/N)² + Σ_s Σ_a forces[a] |ΔF_a|² + Σ_s stress Σ_Voigt (V Δσ/N)²
/// in eV, Å.  A weight of 0 means that the label never enters.
struct Weights {
  double energy = 0;
  std::vector<double> forces;  ///< an atom; empty: none counts
  double stress = 0;
};

struct WeightingOptions {
  std::string policy = "uniform";
  /// Energy-based policy (eV/atom above the convex hull of formation energies; eV²/Å²).
  double energy_offset = 1, force_offset = 1;
  double lower_tier = 1, highest_energy = 10;
  double lower_share = 0;    ///< of the energy weights that the lower tier takes; 0: as it comes
  double largest_force = 0;  ///< eV/Å; structures with a larger one do not count; 0: all count

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.choice(
        "policy", policy, {"uniform", "energy_based"},
        "what a label counts: all the same, or less with the energy above the convex hull");
    visit.field("energy_offset", energy_offset, "eV",
                "energy_based: an energy counts 1/(height above the hull + this)²");
    visit.field("force_offset", force_offset, "",
                "energy_based: a force counts as its energy divided by (|F|² + this), eV²/Å²");
    visit.field("lower_tier", lower_tier, "eV",
                "energy_based: structures lower above the hull are the lower tier");
    visit.field("highest_energy", highest_energy, "eV",
                "energy_based: structures higher above the hull do not count");
    visit.field("lower_share", lower_share, "",
                "energy_based: share of the energy weights the lower tier takes; 0: as it comes");
    visit.field("largest_force", largest_force, "eV/Å",
                "energy_based: structures with a larger force do not count; 0: all count");
  }
};

/// Height (eV/atom) of each structure above the lower convex hull of its labels over composition;
/// NaN where it has no energy.  `isolated` per species as in fit_linear().
[[nodiscard]] std::vector<double> heights_above_hull(const ace::Potential& basis,
                                                     std::span<const Item> items,
                                                     const std::vector<double>& isolated);

/// Relative weights of a policy times `Item::weight` and the force masks: Σ energy = 1 and Σ forces
/// = 1 over the items, as Pacemaker's (doi:10.1103/PhysRevMaterials.6.013804); stress as energy.
/// Labels that are absent or masked weigh 0.
[[nodiscard]] std::vector<Weights> normalised_weights(const ace::Potential& basis,
                                                      std::span<const Item> items,
                                                      const std::vector<double>& isolated,
                                                      const WeightingOptions& options);

/// The items with Item::weight and force masks by which a fit's squared residuals count as the
/// policy says; all energies together count as much as before, and so do all forces.
[[nodiscard]] std::vector<Item> weighted_items(std::span<const Item> items,
                                               const WeightingOptions& options);

}  // namespace mlip::fit
