/// What a label costs before anything was run.
#pragma once

#include "core/structure.hpp"
#include "dft/espresso/parameters.hpp"

namespace mlip::dft::espresso {

/// What the time of a static calculation grows with.
struct Size {
  double points = 1;     ///< k-points of the whole grid
  double electrons = 0;  ///< of the valence
  double volume = 0;     ///< Å³, of the cell or the vacuum box
};

/// Core seconds on current hardware; within a factor of two for what was measured (Al, Si, Ni, FeNi
/// cells, H2 and water).
[[nodiscard]] double core_seconds(const Size& size, const Parameters& parameters);

/// The same of a structure; throws core::UserError for an element without pseudopotential.
[[nodiscard]] double core_seconds(const core::Structure& structure, const Parameters& parameters);

/// k-points that MPI ranks can share: k and -k are one.
[[nodiscard]] int shared_points(const core::Structure& structure, const Parameters& parameters);

}  // namespace mlip::dft::espresso
