/// Random displacements that keep atoms apart.
#pragma once

#include <cstdint>

#include "core/structure.hpp"

namespace mlip::generate {

struct MonteCarloRattle {
  double amplitude = 0.1;  ///< Å, standard deviation of each coordinate where nothing is refused
  double closest = 0.75;   ///< no two atoms closer than this × the sum of covalent radii
  int sweeps = 10;         ///< small steps of each atom that make up its displacement
};

struct RattleResult {
  core::Structure structure;
  double amplitude = 0;  ///< Å, root mean square of the coordinates' displacements
};

/// Gaussian steps of one atom after the other; a step that brings two atoms too close is refused.
/// Throws core::UserError where they are too close from the beginning.
[[nodiscard]] RattleResult monte_carlo_rattled(const core::Structure& structure,
                                               const MonteCarloRattle& rattle, std::uint64_t seed);

}  // namespace mlip::generate
