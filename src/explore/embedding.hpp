/// Periodic embedding: a small periodic cell around an uncertain atom, whose buffer atoms are
/// masked.
#pragma once

#include "core/records.hpp"
#include "explore/molecular_dynamics.hpp"

namespace mlip::explore {

struct EmbeddingOptions {
  int whole_cell_atoms = 32;  ///< a snapshot of at most so many atoms is labelled whole, unmasked
  double core_radius = 3.5;   ///< Å: atoms this near to the uncertain one keep their forces
  double buffer_width = 6.0;  ///< Å beyond the core radius
  double closest =
      0.7;  ///< no pair across the new faces closer than this × the sum of covalent radii

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field("whole_cell_atoms", whole_cell_atoms, "",
                "snapshots up to this size are labelled whole");
    visit.field("core_radius", core_radius, "Å",
                "atoms this near to an uncertain atom keep their forces");
    visit.field("buffer_width", buffer_width, "Å", "width of the masked buffer around the core");
    visit.field("closest", closest, "",
                "shortest allowed distance over the sum of covalent radii across new faces");
  }
};

/// The candidate cut out of an excursion around its most uncertain atom (or whole).
[[nodiscard]] core::Candidate embed(const Excursion& excursion, const EmbeddingOptions& options,
                                    int generation);

}  // namespace mlip::explore
