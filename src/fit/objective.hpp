/// The loss of a nonlinear fit over all structures, its normal equations and its gradient.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "fit/labelled.hpp"
#include "fit/trial.hpp"

namespace mlip::fit {

/// Gauss-Newton: loss(θ + δ) ≈ loss + 2 gradient·δ + δᵀ matrix δ for changes of some parameters.
struct NormalEquations {
  std::vector<Eigen::Index> moving;  ///< the parameter of each row and column, ascending
  Eigen::MatrixXd matrix;            ///< JᵀWJ, upper triangle
  Eigen::VectorXd gradient;
  double loss = 0;
};

/// Results do not depend on `threads`: structures are dealt to a number of lanes that follows from
/// the problem, and the lanes are summed in order.
class Objective {
 public:
  Objective(std::vector<Labelled> structures, int threads);
  /// Σ weight · residual².
  [[nodiscard]] double loss(const Trial& trial) const;
  /// Of the parameters `moving`, ascending.
  [[nodiscard]] NormalEquations normal_equations(const Trial& trial,
                                                 const std::vector<Eigen::Index>& moving) const;
  /// Diagonal of JᵀWJ of all parameters.
  [[nodiscard]] Eigen::VectorXd curvatures(const Trial& trial) const;
  /// Loss and its derivative by all parameters.
  [[nodiscard]] double gradient(const Trial& trial, Eigen::VectorXd& gradient) const;
  /// Number of weighted labels.
  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] const std::vector<Labelled>& structures() const { return structures_; }

 private:
  [[nodiscard]] std::vector<std::vector<std::size_t>> deal(std::size_t lane_doubles) const;

  std::vector<Labelled> structures_;
  int threads_;
  std::size_t rows_ = 0;
};

}  // namespace mlip::fit
