/// All supercells of a crystal that have the same number of its cells.
#pragma once

#include <vector>

#include "core/structure.hpp"

namespace mlip::generate {

/// One supercell of `copies` cells for each shape that no symmetry of the crystal turns into
/// another (doi:10.1103/PhysRevB.77.224115), with short vectors.  The
/// crystal is periodic along all axes; atoms of an atomic number are alike.
[[nodiscard]] std::vector<core::Structure> superlattices(const core::Structure& crystal,
                                                         int copies);

/// All lattices of `determinant` cells: rows of integers in Hermite normal form, an upper triangle
/// with 0 ≤ above a diagonal < it.
[[nodiscard]] std::vector<Eigen::Matrix3i> hermite_forms(int determinant);

/// Short vectors of the same lattice, all as rows: pairs are reduced until none gets shorter.
[[nodiscard]] core::Mat3 shortened(core::Mat3 rows);

}  // namespace mlip::generate
