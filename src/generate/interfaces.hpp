/// Surfaces, stacking faults and grain boundaries of the crystals a run is about.
#pragma once

#include <vector>

#include "core/records.hpp"
#include "generate/generate.hpp"

namespace mlip::generate {

/// Of the `crystal`-th crystal of the options, unrelaxed: slabs of the low-index planes with at
/// most `slab_atoms` atoms and, with at most `fault_atoms`, the stacking faults half-way and at the
/// end of each usual path and the boundaries up to Σ5, as far as the crystal has them; none where a
/// number is 0. Sites of a random alloy are filled at its composition.
[[nodiscard]] std::vector<core::Candidate> interfaces(const Options& options,
                                                      std::size_t crystal = 0);

}  // namespace mlip::generate
