/// How fast a self-consistent calculation converges.
#pragma once

#include <optional>
#include <vector>

namespace mlip::dft {

/// Slope of ln(accuracy) an iteration over the last ten (least squares), accuracies in any unit;
/// none with fewer than three.
[[nodiscard]] std::optional<double> convergence_slope(const std::vector<double>& accuracies);

}  // namespace mlip::dft
