/// The space group of a crystal, by spglib (doi:10.48550/arXiv.1808.01590).
#pragma once

#include <string>
#include <vector>

#include "core/structure.hpp"

namespace mlip::generate {

/// x → rotation x + translation, in fractional coordinates.
struct Operation {
  core::Mat3 rotation;
  core::Vec3 translation;

  [[nodiscard]] core::Fractional operator()(const core::Fractional& x) const {
    return {rotation * x.value + translation};
  }
};

struct Symmetry {
  core::Structure primitive;          ///< oriented as the crystal given
  core::Mat3 conventional;            ///< vectors of the conventional cell, as rows, Å
  std::vector<Operation> operations;  ///< of the primitive cell, lattice translations left out
  std::string space_group;            ///< international symbol
  double tolerance;                   ///< Å; within which all this holds
};

/// `tolerance` in Å.  Throws core::UserError where the structure is not periodic along all axes, or
/// atoms coincide.
[[nodiscard]] Symmetry find_symmetry(const core::Structure& crystal, double tolerance = 0.01);

/// Å between two places of a crystal, lattice vectors apart left out.
[[nodiscard]] double apart(const core::Structure& crystal, const core::Fractional& a,
                           const core::Fractional& b);

/// Places that the symmetry turns into one another.
struct Orbit {
  core::Fractional place;  ///< the first of them that was given
  int size;                ///< in the primitive cell
};

/// One orbit for all of the places that belong to it, in the order given; places within `tolerance`
/// Å are the same.
[[nodiscard]] std::vector<Orbit> find_orbits(const Symmetry& symmetry,
                                             const std::vector<core::Fractional>& places,
                                             double tolerance);

}  // namespace mlip::generate
