/// Cholesky factors of a positive definite matrix, on one thread so that results do not depend on
/// the number of cores.
#pragma once

#include <Eigen/Core>
#include <optional>

namespace mlip::fit {

class SymmetricFactors {
 public:
  /// None where the matrix, given by its upper triangle, is not positive definite in floating
  /// point.  Rows and columns are scaled to a unit diagonal first.
  [[nodiscard]] static std::optional<SymmetricFactors> of(Eigen::MatrixXd upper);
  /// As of(), of a matrix that is positive semidefinite but for rounding: the diagonal grows by as
  /// little as makes it definite.
  [[nodiscard]] static SymmetricFactors of_semidefinite(const Eigen::MatrixXd& upper);
  [[nodiscard]] Eigen::VectorXd solve(const Eigen::VectorXd& right) const;
  [[nodiscard]] Eigen::VectorXd inverse_diagonal() const;

 private:
  Eigen::MatrixXd factor_;
  Eigen::VectorXd scale_;
};

}  // namespace mlip::fit
