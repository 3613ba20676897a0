/// Grids of strains of any cell.
#pragma once

#include <vector>

#include "core/records.hpp"

namespace mlip::generate {

struct StrainOptions {
  double volumetric = 0.06;  ///< largest linear strain of all axes together
  double uniaxial = 0.04;    ///< largest strain of one axis
  double shear = 0.06;       ///< largest engineering shear
  double finite = 0.1;       ///< largest entry of random deformations, less the identity
  int steps = 6;             ///< strains of each kind and axis, half of them negative
  int deformations = 10;     ///< random ones
  std::uint64_t seed = 0;
};

/// Volumetric, uniaxial (x, y, z) and shear strains (yz, xz, xy), and random finite deformations
/// without rotation.  Kinds whose largest strain is 0 are left out.
[[nodiscard]] std::vector<core::Candidate> strain_grid(const core::Structure& structure,
                                                       const StrainOptions& options);

}  // namespace mlip::generate
