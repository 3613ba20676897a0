/// Crystals seen along the normal of a lattice plane.
#pragma once

#include <string>
#include <vector>

#include "generate/symmetry.hpp"

namespace mlip::generate {

/// Miller indices, of the conventional cell.
using Miller = core::IVec3;

/// "(1 1 -1)".
[[nodiscard]] std::string miller_text(const Miller& plane);

/// Planes with indices of at most `largest`, one of those that the symmetry, or a look from the
/// other side, makes the same; (1 0 0) and its like first.
[[nodiscard]] std::vector<Miller> inequivalent_planes(const Symmetry& symmetry, int largest);

/// A primitive cell with its first two vectors in the plane, the shortest there are, x along the
/// first and z along the normal; atoms have z from 0 to under the spacing, those of one plane the
/// same.
struct PlaneCell {
  core::Structure cell;
  double spacing;     ///< Å between planes of the lattice: the height of the cell
  double area;        ///< Å², of the cell in the plane
  core::Mat3 turned;  ///< x of the crystal → turned × x

  /// `units` of the cell upon one another, atoms by height; the third vector is the upright one
  /// plus what in-plane offset the lattice has after so many.
  [[nodiscard]] core::Structure stacked(int units) const;
  /// How many units are at least `thickness` Å high.
  [[nodiscard]] int units_of(double thickness) const;
  /// Heights at which atoms are, ascending, each once (within 0.05 Å).
  [[nodiscard]] std::vector<double> heights() const;
  /// From each of them, Å to the one below.
  [[nodiscard]] std::vector<double> gaps() const;
  /// The same crystal, height 0 in the middle of its widest gap.
  [[nodiscard]] PlaneCell from_widest_gap() const;
};

/// Throws core::UserError where the plane is (0 0 0).
[[nodiscard]] PlaneCell plane_cell(const Symmetry& symmetry, const Miller& plane);

/// Whether both have the same shares of the same elements.
[[nodiscard]] bool same_composition(const core::Structure& a, const core::Structure& b);

}  // namespace mlip::generate
