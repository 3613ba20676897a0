/// Cells of one crystal: perfect, repeated, decorated.
#pragma once

#include <array>
#include <random>
#include <vector>

#include "core/structure.hpp"
#include "generate/crystal.hpp"

namespace mlip::generate {

/// Å of nothing around what stands alone in a box.
inline constexpr double molecule_vacuum = 7.0;

/// Perfect conventional cell, or the cell that is given; of a random alloy its best supercell of at
/// most `max_atoms`, quasirandom; of a molecule the molecule in a periodic cube with vacuum around
/// it.
[[nodiscard]] core::Structure perfect_cell(const Crystal& crystal, int max_atoms,
                                           std::uint64_t seed);

/// Smallest cell of the same; a random alloy and a molecule have but one.
[[nodiscard]] core::Structure smallest_cell(const Crystal& crystal, int max_atoms,
                                            std::uint64_t seed);

/// Repeats of the crystal with 2 to max_atoms atoms, smallest first, the most compact of each size.
/// The smallest crystal cell is there even where it is larger.
[[nodiscard]] std::vector<core::Structure> supercells(const Crystal& crystal, int max_atoms);

/// Repeats along the vectors, as cubic as can be, with at least `atoms` atoms.
[[nodiscard]] std::array<int, 3> compact_repeats(const core::Structure& cell, int atoms);

/// `cell` repeated so.
[[nodiscard]] core::Structure grown(const core::Structure& cell, int atoms);

/// Without the cells that a larger one beats in compactness (smallest height over the cube root of
/// the volume) by more than a fifth: they need more k-points for fewer atoms.
[[nodiscard]] std::vector<core::Structure> without_slender(std::vector<core::Structure> cells);

/// Atoms of each element on `sites` sites: the nearest to the composition with none left out.
[[nodiscard]] std::map<int, int> atom_counts(const std::map<int, double>& composition, int sites);

/// The sites of `structure` filled at random at the composition.
[[nodiscard]] core::Structure decorated(const core::Structure& structure,
                                        const std::map<int, double>& composition,
                                        std::mt19937_64& engine);

/// The same with pairs as a random alloy of any size has them, as nearly as the cell allows.
[[nodiscard]] core::Structure quasirandom(const core::Structure& structure,
                                          const std::map<int, double>& composition,
                                          std::uint64_t seed);

/// The lattice of a random alloy with all sites alike.
[[nodiscard]] Crystal lattice_under(const Crystal& crystal);

/// Cells of at most `max_atoms` atoms of the lattice under an alloy that come nearest its
/// composition.
[[nodiscard]] std::vector<core::Structure> alloy_cells(const Crystal& crystal, int max_atoms);

/// Atoms in the middle of a periodic cube, at least `vacuum` Å from every image.
[[nodiscard]] core::Structure boxed(std::vector<int> numbers, std::vector<core::Vec3> positions,
                                    double vacuum);

}  // namespace mlip::generate
