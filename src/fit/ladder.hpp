/// Growing a basis: fits that begin where the fit of a smaller basis ended.
#pragma once

#include <vector>

#include "ace/potential.hpp"

namespace mlip::fit {

/// `potential` with the lowest functions of each species only: those with the least rank + Σ n + Σ
/// l, as many as `share` of them and at least all of rank 1.  The others are left out, not zeroed.
[[nodiscard]] ace::Potential lowest_functions(const ace::Potential& potential, double share);

/// Shares of the rungs, the last 1; `step` ≤ 0 or ≥ 1: only that.
[[nodiscard]] std::vector<double> rung_shares(double step);

}  // namespace mlip::fit
