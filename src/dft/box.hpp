/// Structures as plane-wave codes take them, and their meshes.
#pragma once

#include <array>

#include "core/structure.hpp"

namespace mlip::dft {

/// A cluster gets a vacuum box (at least 10 Å and the molecule's own size around it), an axis
/// without vector gets vacuum.  Positions stay as they are.
[[nodiscard]] core::Structure boxed(const core::Structure& structure);

/// Odd Γ-centred grid: along each periodic axis the smallest odd number whose spacing |b|/n (1/Å,
/// 2π included) is at most 5 % above k_spacing; 1 along axes that do not repeat, or
/// where more than 7 Å of vacuum part a slab from its image.
[[nodiscard]] std::array<int, 3> odd_grid(const core::Structure& structure, double k_spacing);

}  // namespace mlip::dft
