/// What the forces and the stress of any one calculation hold to.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "core/structure.hpp"

namespace mlip::dft {

/// What does not hold of forces (eV/Å) that sum to zero within 0.01 eV/Å and a stress (eV/Å³) that
/// is symmetric within 10⁻⁶ eV/Å³; empty where all does.
[[nodiscard]] std::string imbalance_of(std::span<const core::Vec3> forces,
                                       const std::optional<core::Mat3>& stress);

}  // namespace mlip::dft
