/// Real spherical harmonics in the order and with the signs of e3nn, Σ_m Y_lm² = 2l + 1.
#pragma once

#include <array>

#include "core/vector.hpp"

namespace mlip::surrogate {

/// Y_00, then l = 1 as (x, y, z), l = 2, l = 3; element l² + m, and what l > lmax would have is 0.
using Harmonics = std::array<double, 16>;

[[nodiscard]] Harmonics harmonics(const core::Vec3& unit, int lmax);

/// Σ_k gradient_k dY_k/dn for k > 0, tangential to the sphere at the unit vector n.
[[nodiscard]] core::Vec3 harmonics_along(const core::Vec3& unit, int lmax,
                                         const Harmonics& gradient);

}  // namespace mlip::surrogate
