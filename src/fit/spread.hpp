/// How far coefficients are believed to lie from what is expected of them, up to one factor.
#pragma once

#include <Eigen/Core>

namespace mlip::fit {

/// Coefficients are S·u away, u standard normal; S = diag(widths) · shape.
struct Spread {
  Eigen::VectorXd widths;
  Eigen::MatrixXd shape = {};  ///< p × p; empty: the identity

  /// rows · S
  [[nodiscard]] Eigen::MatrixXd whitened(const Eigen::MatrixXd& rows) const {
    Eigen::MatrixXd scaled = rows * widths.asDiagonal();
    if (shape.size() > 0) scaled = scaled * shape;
    return scaled;
  }
  /// S · u
  [[nodiscard]] Eigen::VectorXd step(const Eigen::VectorXd& u) const {
    if (shape.size() > 0) return widths.cwiseProduct(shape * u);
    return widths.cwiseProduct(u);
  }
};

}  // namespace mlip::fit
