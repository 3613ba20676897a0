/// Duplicate fingerprints: equal for the same structure however it is translated, rotated,
/// mirrored, permuted or repeated, and whichever vectors its lattice is given by.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/structure.hpp"

namespace mlip::store {

/// Invariants of a structure, compared within a tolerance.
struct Fingerprint {
  std::string composition;     ///< reduced formula
  std::vector<double> values;  ///< of every atom, Å, sorted within its element
  /// Largest and smallest of the values: they differ where structures do, to look them up by.
  std::array<double, 4> extremes = {};
};

[[nodiscard]] Fingerprint fingerprint(const core::Structure& structure);

/// True for the same structure within `tolerance` Å of atomic displacements.
[[nodiscard]] bool same_structure(const Fingerprint& a, const Fingerprint& b,
                                  double tolerance = 1e-3);

}  // namespace mlip::store
