/// Steps of a least-squares problem some of whose parameters follow the others exactly.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "fit/objective.hpp"
#include "fit/penalty.hpp"

namespace mlip::fit {

/// The normal equations with the linear parameters eliminated (their Schur complement), factorised
/// once for any number of dampings.
class Projection {
 public:
  /// `linear` are some of equations.moving; parameters from `radial` on are radial.
  Projection(const NormalEquations& equations, const Penalty::Parabola& penalty,
             const std::vector<Eigen::Index>& linear, Eigen::Index radial);
  /// Change of all moving parameters.  To the diagonal of the complement comes `damping` times
  /// itself for a radial coefficient, and times what it was before the elimination for one of a
  /// nonlinear density: what that shifts the linear ones make up for to first order only, so its
  /// step is bounded by the whole shift.  None where that is not positive definite.
  [[nodiscard]] std::optional<Eigen::VectorXd> step(double damping) const;

 private:
  std::vector<Eigen::Index> linear_, others_;  // places among the moving parameters
  Eigen::MatrixXd factor_;                     // U of the linear block, UᵀU
  Eigen::MatrixXd mixed_;                      // U⁻ᵀ times the mixed block
  Eigen::VectorXd linear_slope_;               // U⁻ᵀ times the slope
  Eigen::MatrixXd complement_;
  Eigen::VectorXd slope_, scale_;
};

}  // namespace mlip::fit
