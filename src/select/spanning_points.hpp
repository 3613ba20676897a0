/// Points chosen for what they span together: CUR and D-optimal choice.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "select/openings.hpp"

namespace mlip::select {

struct SpanningPick {
  std::size_t index;
  double worth;  ///< share of the leading direction (CUR), gain of the log-volume (D-optimal)
};

/// The point (a column) with the largest leverage on the leading singular direction of what the
/// points have beside those taken, again and again (CUR: Mahoney 2009, doi:10.1073/pnas.0803205106;
/// one direction at a time: Imbalzano 2018, doi:10.1063/1.5024611).  Ends where nothing is left:
/// after as many points as are independent.  Needs memory of (dimensions)² numbers.
[[nodiscard]] std::vector<SpanningPick> cur_points(const Eigen::Ref<const Eigen::MatrixXd>& points,
                                                   const ChoiceOptions& options);

/// The point that adds most to log det(1 + Σ x xᵀ / (prior s²)) over those taken, again and again;
/// s² is the mean square of a number of the points.  A copy of what was taken is never taken.
/// Needs memory of (dimensions)² numbers.
[[nodiscard]] std::vector<SpanningPick> d_optimal_points(
    const Eigen::Ref<const Eigen::MatrixXd>& points, const ChoiceOptions& options,
    double prior = 1e-3);

}  // namespace mlip::select
