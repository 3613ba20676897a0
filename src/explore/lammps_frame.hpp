/// The rotation between our cells and LAMMPS' convention (a along x, b in the xy plane, small
/// tilts).
#pragma once

#include <vector>

#include "core/structure.hpp"

namespace mlip::explore {

/// box = basis · H · rotationᵀ with H the rows of the cell, where axes that do not repeat are
/// replaced by ones that leave `vacuum` around the atoms.
struct LammpsFrame {
  core::Mat3 box = core::Mat3::Zero();  ///< rows a, b, c, Å; lower triangular, positive diagonal
  core::Mat3 rotation = core::Mat3::Identity();
  core::Mat3 basis = core::Mat3::Identity();  ///< integers, determinant ±1
  core::Vec3 origin = core::Vec3::Zero();     ///< our position of LAMMPS' (0, 0, 0), Å
  core::Cell cell;                            ///< the original

  [[nodiscard]] bool triclinic() const {
    return box(1, 0) != 0 || box(2, 0) != 0 || box(2, 1) != 0;
  }
  /// Our position in LAMMPS' coordinates.
  [[nodiscard]] core::Vec3 to_lammps(const core::Vec3& position) const {
    return rotation * (position - origin);
  }
};

/// `vacuum` (Å) is the empty space along axes that do not repeat.  Throws core::UserError where the
/// vectors of repeating axes span no volume.
[[nodiscard]] LammpsFrame make_frame(const core::Structure& structure, double vacuum);

/// A snapshot as LAMMPS has it.
struct LammpsSnapshot {
  core::Mat3 box = core::Mat3::Zero();     ///< rows, Å
  core::Vec3 corner = core::Vec3::Zero();  ///< boxlo, Å
  std::vector<int> numbers;
  std::vector<core::Vec3> positions;  ///< as LAMMPS wrapped them
  std::vector<core::Vec3> images;     ///< how often each atom crossed each box vector
};

/// The snapshot in the orientation and with the lattice vectors' choice of the start; atoms are
/// unwrapped, then wrapped into the cell along repeating axes.
[[nodiscard]] core::Structure from_lammps(const LammpsFrame& frame, const LammpsSnapshot& snapshot);

}  // namespace mlip::explore
