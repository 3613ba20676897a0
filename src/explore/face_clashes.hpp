/// Atoms too close to each other across the new faces of a cut cell.
#pragma once

#include <map>

#include "explore/periodic_cut.hpp"

namespace mlip::explore {

/// Share of each atomic number.
[[nodiscard]] std::map<int, double> composition(const core::Structure& structure);

/// Sum of the covalent radii, Å.
[[nodiscard]] double radii(int a, int b);

/// Takes atoms outside the core out until no pair across a new face is too close: the one with most
/// such pairs first, then the species there is too much of, then the furthest from the centre.
void resolve_clashes(PeriodicCut& cut, const std::map<int, double>& wanted,
                     const CutOptions& options);

}  // namespace mlip::explore
