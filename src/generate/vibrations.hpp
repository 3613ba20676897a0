/// A molecule at rest by any Calculator, and displaced as heat displaces it.
#pragma once

#include <cstdint>
#include <vector>

#include "core/records.hpp"
#include "generate/normal_modes.hpp"
#include "potential/relax.hpp"

namespace mlip::generate {

/// A minimum and its vibrations.
struct Vibrations {
  potential::Relaxed rest;
  NormalModes modes;
};

/// Of a molecule in one piece, after at most `steps` steps downhill.
[[nodiscard]] Vibrations vibrations_of(const core::Structure& molecule,
                                       const potential::Calculator& model, int steps = 1000);

struct ModeSeries {
  std::vector<double> temperatures = {300, 600};  ///< K
  int count = 20;                                 ///< samples at each
  Statistics statistics = Statistics::classical;
  double softest = ModeSampling{}.softest;  ///< 1/cm
  double closest = 0.6;  ///< no two atoms closer than this × the sum of covalent radii
  std::uint64_t seed = 0;
};

/// Fewer where fifty draws have atoms too close each.
[[nodiscard]] std::vector<core::Candidate> mode_series(const NormalModes& modes,
                                                       const ModeSeries& series);

}  // namespace mlip::generate
