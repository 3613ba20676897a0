/// Symmetric tilt boundaries of coincidence-site lattices in cubic crystals.
#pragma once

#include <string>
#include <vector>

#include "core/records.hpp"
#include "generate/lattice_planes.hpp"

namespace mlip::generate {

struct GrainBoundaryOptions {
  std::vector<Miller> planes;  ///< none: all low-index ones with Σ up to largest_sigma
  int largest_sigma = 5;
  double thickness = 10;  ///< Å of a grain, at least
  int shifts = 1;         ///< of one grain along each vector in the plane
  double closest = 0.7;   ///< of atoms over the nearest-neighbour distance; else one is taken away
  int max_atoms = 300;    ///< of a cell; larger ones are left out
};

struct GrainBoundaries {
  std::vector<core::Candidate> candidates;
  std::vector<std::string> left_out;  ///< what and why
};

/// Share of lattice sites that both grains have is 1/Σ, for a grain and its mirror image behind a
/// plane of a cubic lattice: Σ = h² + k² + l², or half of it where it is even.
[[nodiscard]] int sigma_of(const Miller& plane);

/// Whether the crystal has the full symmetry of a cube.
[[nodiscard]] bool is_cubic(const Symmetry& symmetry);

/// A grain and its mirror image behind the plane: two boundaries a cell, alike, no vacuum.  Origins
/// tell where what was taken away left another composition than the crystal's.  Throws
/// core::UserError where the crystal has not the full symmetry of a cube, or a plane is a mirror of
/// the crystal itself.
[[nodiscard]] GrainBoundaries make_grain_boundaries(const Symmetry& symmetry,
                                                    const GrainBoundaryOptions& options);

}  // namespace mlip::generate
