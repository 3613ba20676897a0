/// The active set of a training set, found without a matrix of all its atoms twice in memory.
#pragma once

#include <Eigen/Core>

namespace mlip::fit {

/// Inverse of the D-optimal rows among the columns of `projections` (functions × atoms): γ of those
/// atoms is at most about `tolerance`.
[[nodiscard]] Eigen::MatrixXd active_set_inverse(const Eigen::MatrixXd& projections,
                                                 double tolerance = 1.01);

}  // namespace mlip::fit
