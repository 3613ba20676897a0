/// Harmonic vibrations of a crystal in a supercell.
#pragma once

#include "generate/normal_modes.hpp"
#include "generate/symmetry.hpp"

namespace mlip::generate {

/// Modes of the primitive crystal repeated along `combinations` of its vectors, whose forces vanish
/// by `model`: only atoms of one primitive cell are displaced, translations give the rest.
[[nodiscard]] NormalModes phonons(const potential::Calculator& model,
                                  const core::Structure& primitive,
                                  const Eigen::Matrix3i& combinations, int threads);

}  // namespace mlip::generate
