/// The 230 space groups, to make random crystals by (operations from spglib's tables,
/// doi:10.48550/arXiv.1808.01590).
#pragma once

#include <vector>

#include "generate/symmetry.hpp"

namespace mlip::generate {

/// Operations of a primitive cell, the identity first, each rotation once.
using SpaceGroup = std::vector<Operation>;

/// One setting of each of the 230, in the order of their numbers.
[[nodiscard]] const std::vector<SpaceGroup>& space_groups();

/// The cell nearest to the given one, of the same volume, that the group's rotations leave as it
/// is; rows are vectors, and the first lies along x.
[[nodiscard]] core::Mat3 made_symmetric(const core::Mat3& vectors, const SpaceGroup& group);

/// Where the group brings a place, each once (within 10⁻³ Å).
[[nodiscard]] std::vector<core::Fractional> orbit_of(const core::Fractional& place,
                                                     const SpaceGroup& group,
                                                     const core::Structure& cell);

/// A place that is its own mean over those of its images that lie within `radius` Å: on an axis, a
/// mirror or a centre where one is so near.
[[nodiscard]] core::Fractional drawn_together(core::Fractional place, const SpaceGroup& group,
                                              const core::Structure& cell, double radius);

}  // namespace mlip::generate
