/// Structures for a teacher: labels that cost nothing may be many, and lie around what DFT is going
/// to be asked.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/structure.hpp"

namespace mlip::generate {

struct LessonOptions {
  int count = 1000;
  double strain = 0.08;        ///< largest linear strain of all axes together
  double shear = 0.1;          ///< largest engineering shear
  double rattle = 0.35;        ///< Å, the largest standard deviation of displacements
  double random_share = 0.25;  ///< of cells whose atoms are placed at random; bulk only
  double large_share = 0.15;   ///< of supercells, in which no neighbours are images; bulk only
  int large_atoms = 32;        ///< fewest atoms of these
  int pair_distances = 12;     ///< of two atoms alone, for each pair of elements; bulk only
  bool bulk = true;
  double closest = 0.75;  ///< no two atoms closer than this × the sum of covalent radii
  std::uint64_t seed = 0;
};

/// The `models` as they are, at most half of all and then evenly picked; two atoms alone, from
/// `closest` to where they do not feel each other; then variations of the models in turn: some of
/// them repeated to large cells, strained, rattled, elements dealt anew at any composition, some
/// without an atom; and cells of the models' elements at random.  Deterministic by seed; fewer than
/// asked for where atoms cannot keep apart.
[[nodiscard]] std::vector<core::Structure> lessons(std::span<const core::Structure> models,
                                                   const LessonOptions& options);

}  // namespace mlip::generate
