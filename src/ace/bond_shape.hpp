/// Sizes that the bonds of one central species have at most.
#pragma once

#include <algorithm>
#include <span>

#include "ace/potential.hpp"

namespace mlip::ace {

/// Of the bonds of all ordered pairs, those of `central`.
inline std::span<const Bond> bonds_of(std::span<const Bond> bonds, int species_count, int central) {
  return bonds.subspan(static_cast<std::size_t>(central * species_count),
                       static_cast<std::size_t>(species_count));
}

struct BondShape {
  BondShape() = default;
  explicit BondShape(std::span<const Bond> bonds) : species(static_cast<int>(bonds.size())) {
    for (const Bond& bond : bonds) {
      radial_base = std::max(radial_base, bond.nradbasemax);
      radial = std::max(radial, bond.nradmax);
      lmax = std::max(lmax, bond.lmax);
    }
  }
  [[nodiscard]] std::size_t harmonics() const {
    return static_cast<std::size_t>((lmax + 1) * (lmax + 1));
  }
  int species = 0, radial_base = 0, radial = 0, lmax = 0;
};

}  // namespace mlip::ace
