/// Supercells whose images are far from one another.
#pragma once

#include "generate/symmetry.hpp"

namespace mlip::generate {

/// Å, of the shortest vector of a lattice.
[[nodiscard]] double image_distance(const core::Mat3& vectors);

/// The primitive crystal repeated along integer combinations (rows) of its vectors; atoms of a copy
/// are together, the first copy is the primitive cell itself.
[[nodiscard]] core::Structure repeated(const core::Structure& crystal,
                                       const Eigen::Matrix3i& combinations);

/// The smallest supercell whose lattice has no vector shorter than `distance` Å, and of its size
/// the one with the longest: all lattices of up to 48 primitive cells are tried, beyond them
/// multiples of primitive and conventional cell and what comes nearest to cubic, face- and
/// body-centred ones.
[[nodiscard]] Eigen::Matrix3i roomy_combinations(const Symmetry& symmetry, double distance);
[[nodiscard]] core::Structure roomy_cell(const Symmetry& symmetry, double distance);

}  // namespace mlip::generate
