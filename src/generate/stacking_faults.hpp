/// Generalised stacking faults: one half of a crystal shifted over the other.
#pragma once

#include <optional>
#include <vector>

#include "core/records.hpp"
#include "generate/lattice_planes.hpp"

namespace mlip::generate {

/// A plane and how far one half is shifted at the end of the path, in vectors of the conventional
/// cell.
struct Slip {
  Miller plane;
  core::Vec3 shift;
};

struct StackingFaultOptions {
  std::optional<Slip> slip;  ///< else the usual ones of an fcc, bcc or hcp element
  int steps = 8;             ///< along each path, after the perfect crystal
  double thickness = 15;     ///< Å between a fault and its image, at least
};

/// The usual slips: fcc {111}⟨11-2⟩/6 to the intrinsic fault, bcc {110} and {112} along ⟨111⟩/2,
/// hcp basal ⟨1-100⟩/3 to I2 and prismatic ⟨11-20⟩/3; none for other crystals.
[[nodiscard]] std::vector<Slip> usual_slips(const Symmetry& symmetry);

/// Along each path the crystal with one fault a cell and no vacuum: its third vector is tilted by
/// the shift; the first of a path is the crystal itself.  Throws core::UserError where there is no
/// usual slip, or the shift leaves the plane.
[[nodiscard]] std::vector<core::Candidate> make_stacking_faults(
    const Symmetry& symmetry, const StackingFaultOptions& options);

}  // namespace mlip::generate
