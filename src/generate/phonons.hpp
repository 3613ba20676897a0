/// Harmonic vibrations of a crystal in a supercell.
#pragma once

#include <cstdint>
#include <vector>

#include "core/records.hpp"
#include "generate/normal_modes.hpp"
#include "generate/symmetry.hpp"

namespace mlip::generate {

/// Modes of the primitive crystal repeated along `combinations` of its vectors, whose forces vanish
/// by `model`: only atoms of one primitive cell are displaced, translations give the rest.
[[nodiscard]] NormalModes phonons(const potential::Calculator& model,
                                  const core::Structure& primitive,
                                  const Eigen::Matrix3i& combinations, int threads);

/// The same of a crystal whose atoms are brought to rest first, in the smallest cell whose images
/// are `image_distance` Å apart.
[[nodiscard]] NormalModes phonons_at_rest(const potential::Calculator& model,
                                          const core::Structure& crystal, double image_distance,
                                          int threads);

struct PhononSampling {
  std::vector<double> temperatures = {300, 600};  ///< K
  int count = 10;                                 ///< structures of each temperature
  Statistics statistics = Statistics::classical;
  double softest = 20;    ///< 1/cm; softer modes move as if they were as stiff as this
  double closest = 0.75;  ///< no two atoms closer than this × the sum of covalent radii
  std::uint64_t seed = 0;
};

/// Candidates "phonons", fewer than asked for where atoms come too close.
[[nodiscard]] std::vector<core::Candidate> sample_phonons(const NormalModes& modes,
                                                          const PhononSampling& sampling);

}  // namespace mlip::generate
