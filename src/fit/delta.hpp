/// Delta learning: the fit sees labels less a reference potential, which the potential then
/// contains.
#pragma once

#include <span>
#include <vector>

#include "fit/linear.hpp"

namespace mlip::fit {

/// Labels less what `reference` says, energy, forces and stress; those that are absent stay so.
[[nodiscard]] std::vector<Item> subtract(const potential::Calculator& reference,
                                         std::span<const Item> items);

/// `basis` without functions and E0 but with a pair repulsion p exp(−λ r²)/r under a cosine cutoff,
/// added at all distances.  For each pair of species p and λ make it equal to the Ziegler-Biersack-
/// Littmark repulsion (1985, doi:10.1007/978-3-642-68779-2_5) at the shortest distance of the data
/// and at half of it; a pair never met takes the sum of its covalent radii.  ACE is whole where an
/// atom's repulsion is within the data's largest, and fades away over the next half of that, 1 eV
/// at least: closer than the data the repulsion alone is left.
[[nodiscard]] ace::Potential pair_reference(const ace::Potential& basis,
                                            std::span<const Item> items, int threads);

/// `fitted` with the core of `reference` in place of its own.
void add_reference(const ace::Potential& reference, ace::Potential& fitted);

}  // namespace mlip::fit
