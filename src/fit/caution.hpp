/// How far a prior is to be believed, told by structures held out.
///
/// The evidence takes each row for news and each function's error for a draw of its own.  Rows of a
/// structure are alike, and another model errs in a few ways only, so that with few labels it calls
/// for priors that are too weak.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "fit/prior.hpp"
#include "fit/triangle.hpp"

namespace mlip::fit {

/// How many times the likeliest strength is tried.
inline constexpr std::array<double, 4> cautions = {1, 10, 100, 1000};
/// Folds that are held out, where there are as many structures.
inline constexpr int caution_folds = 12;

/// For each strength the mean over `folds` of log(mean squared residual + noise²), each fold
/// predicted from the rest of `all` with the prior.  As a geometric mean does, it hears every fold:
/// a violent structure does not decide alone.  The noise is the prior's least.
[[nodiscard]] std::vector<double> held_out_badness(std::span<const Triangle> folds,
                                                   const Triangle& all, const Prior& prior,
                                                   std::span<const double> strengths);

}  // namespace mlip::fit
