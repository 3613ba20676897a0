/// D-optimal choice of rows: the n rows of a tall matrix whose square submatrix has (locally) the
/// largest |determinant| (Goreinov 2010, doi:10.1142/9789812836021_0015).
#pragma once

#include <Eigen/Core>
#include <vector>

namespace mlip::potential {

struct ActiveRows {
  std::vector<int> rows;  ///< n indices into the tall matrix
  Eigen::MatrixXd inverse;  ///< n×n, (pseudo-)inverse of the chosen rows; γ = max_j |b · inverse|_j
};

/// Rows of `tall` (N×n).  Where the rank is below n (N < n or dependent columns) the missing
/// directions are completed with tiny unit rows (index −1), so that γ is huge along them.
/// `tolerance` ≥ 1.
[[nodiscard]] ActiveRows maxvol(const Eigen::MatrixXd& tall, double tolerance = 1.01,
                                int iterations = 20000);

}  // namespace mlip::potential
