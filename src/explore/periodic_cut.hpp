/// Cuts a cell that is periodic in itself out of a larger structure.
#pragma once

#include <array>
#include <vector>

#include "core/structure.hpp"

namespace mlip::explore {

/// How a cell is cut around a centre.
struct CutOptions {
  double half_width = 9.5;   ///< Å: the cell holds the whole ball of this radius around the centre
  double core_radius = 3.5;  ///< Å: atoms this near are never removed
  double closest = 0.7;      ///< × the sum of covalent radii: shortest distance across new faces
  double face_range = 1.5;   ///< Å: each face may lie this much further out to fit better
};

struct PeriodicCut {
  core::Structure structure;         ///< positions inside the new cell
  std::vector<std::size_t> parents;  ///< index of each atom in the structure it was cut from
  std::vector<double> distances;     ///< Å from the centre, nearest image
  std::array<bool, 3> cut = {false, false, false};  ///< axes whose period is new
  int removed = 0;  ///< atoms taken out because they were too close across a face
};

/// The faces lie along the structure's own; an axis too short to be cut keeps its period.  Each
/// face is moved outward by up to `face_range` to where the new neighbours fit best and the density
/// and the composition stay nearest to the structure's.  Pairs still too close across new faces
/// lose an atom outside the core, as few as possible, of the species there is too much of.
/// Deterministic.
[[nodiscard]] PeriodicCut cut_periodic(const core::Structure& structure, std::size_t center,
                                       const CutOptions& options);

}  // namespace mlip::explore
