/// How much an atom counts at a distance from the centre.
#pragma once

#include "soap/options.hpp"

namespace mlip::soap {

/// A weight and its derivative with respect to r, 1/Å.
struct Weight {
  double value, slope;
};

/// At r Å; r = 0 is the centre itself, where the slope is 0.
[[nodiscard]] Weight weight_at(const Weighting& weighting, double r);

/// Whether everything has the weight 1.
[[nodiscard]] bool is_plain(const Weighting& weighting);

/// Å; where the weight ends: r₀ of poly, where pow has fallen to 0.01.  Nothing for others, and
/// where pow is below that everywhere.
[[nodiscard]] std::optional<double> natural_cutoff(const Weighting& weighting);

}  // namespace mlip::soap
