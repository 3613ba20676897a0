/// The region nearer to an atom of a crystal than to any other.
#pragma once

#include <vector>

#include "core/structure.hpp"

namespace mlip::generate {

struct VoronoiCell {
  std::vector<core::Vec3> corners;    ///< Å from the atom; each as near to three others, at least
  std::vector<core::Vec3> midpoints;  ///< Å from the atom; half-way to a neighbour, on their face
};

/// Of an atom of a structure that is periodic along all axes (asserted).
[[nodiscard]] VoronoiCell voronoi_cell(const core::Structure& crystal, std::size_t atom);

}  // namespace mlip::generate
