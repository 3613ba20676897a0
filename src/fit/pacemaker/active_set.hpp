/// The active set of a potential that Pacemaker fitted.
#pragma once

#include <span>

#include "fit/linear.hpp"

namespace mlip::fit::pacemaker {

/// Whether pace_activeset would choose from the right atoms: it knows no masks and needs as many
/// atoms of each element as that has functions.
[[nodiscard]] bool suits_pace_activeset(const ace::Potential& potential,
                                        std::span<const Item> items);

/// Ours, from unmasked atoms of all structures, with the spread fit_linear() gives to directions no
/// atom spans.
[[nodiscard]] ace::ActiveSetInverse own_active_set(const ace::Potential& potential,
                                                   std::span<const Item> items, int threads);

}  // namespace mlip::fit::pacemaker
