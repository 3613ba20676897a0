/// Which cutoffs and k-points a system needs: the cheapest settings whose labels differ from those
/// of much better ones by no more than what is wanted.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/records.hpp"
#include "dft/espresso/parameters.hpp"

namespace mlip::dft::espresso {

/// Largest deviations that are accepted, or those found.
struct Accuracy {
  double energy_mev_per_atom = 1;  ///< of differences between structures of one composition
  double force_mev_per_a = 10;     ///< of any component
  double stress_gpa = 0.1;         ///< of any component

  [[nodiscard]] bool within(const Accuracy& wanted) const;
};

/// One value tried, against the reference of its series.
struct Trial {
  double value = 0;
  Accuracy deviation;       ///< infinite where a calculation failed
  double core_seconds = 0;  ///< forecast, of all structures
};

struct Series {
  std::string quantity;       ///< ecutwfc_ry, dual (ecutrho over ecutwfc) or k_spacing
  double reference = 0;       ///< the value the others are compared with
  std::vector<Trial> trials;  ///< the cheapest first; those above two good ones are not tried
  double chosen = 0;
};

struct Convergence {
  Parameters chosen;
  std::vector<Series> series;
};

/// Labels all structures with the parameters, in order.
using Labeler = std::function<std::vector<core::Outcome>(const Parameters&)>;

/// Deviations of labels from reference labels of the same structures.  Energies may be shifted by a
/// constant an atom in each composition; all outcomes are accepted ones.
[[nodiscard]] Accuracy deviation(std::span<const core::Structure> structures,
                                 std::span<const core::Outcome> labels,
                                 std::span<const core::Outcome> reference);

/// Around the start values: the cutoff first (with a coarse mesh, which does not matter to it),
/// then for augmented pseudopotentials the density cutoff, then the k-spacing of crystals.  A
/// reference is raised until a value well below it is good.  `start.ecfixed_ry` keeps its ratio to
/// the cutoff. Throws core::UserError where no two structures are of one composition, a reference
/// calculation fails, or no value within reason is good.
[[nodiscard]] Convergence converge(const Parameters& start,
                                   std::span<const core::Structure> structures,
                                   const Accuracy& wanted, const Labeler& label);

}  // namespace mlip::dft::espresso
