/// Slabs of a crystal between two surfaces and vacuum.
#pragma once

#include <vector>

#include "core/records.hpp"
#include "generate/lattice_planes.hpp"

namespace mlip::generate {

struct SurfaceOptions {
  std::vector<Miller> planes;  ///< none: the inequivalent ones up to largest_index
  int largest_index = 1;
  double thickness = 10;  ///< Å of crystal, at least
  double vacuum = 12;     ///< Å
  int max_atoms = 200;    ///< of a slab; larger ones are left out
};

struct Surfaces {
  std::vector<core::Candidate> candidates;
  std::vector<std::string> left_out;  ///< what and why
};

/// A slab of each termination of each plane, with the smallest cell in the plane; of terminations
/// that are the same, one.  Where both sides of the stoichiometric slab differ, planes of atoms are
/// added until they are the same, if any number does that.  Origins tell sides that differ (such
/// slabs of a compound may be polar), and compositions that are not the crystal's.
[[nodiscard]] Surfaces make_surfaces(const Symmetry& symmetry, const SurfaceOptions& options);

/// Whether an operation of symmetry, within `tolerance` Å, turns the slab (third vector upright)
/// upside down.
[[nodiscard]] bool sides_alike(const core::Structure& slab, double tolerance = 0.01);

}  // namespace mlip::generate
