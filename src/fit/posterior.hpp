/// What the data leave open: the Gaussian posterior of a Bayesian linear fit (MacKay 1992,
/// doi:10.1162/neco.1992.4.3.415).
#pragma once

#include <Eigen/Core>
#include <random>

#include "fit/spread.hpp"

namespace mlip::fit {

/// What a fit learnt of its coefficients c: they are N(mean, noise² S (SᵀRᵀR S + λ)⁻¹ Sᵀ), where S
/// is the spread of the prior.
struct Information {
  Eigen::VectorXd mean;
  Eigen::MatrixXd factor;  ///< R, RᵀR = XᵀX of the weighted rows
  Spread spread;
  double strength = 0;  ///< λ > 0
  double noise = 0;     ///< standard deviation of the noise of a row of weight 1
};

class Posterior {
 public:
  /// One QR factorisation of twice as many rows as there are coefficients.
  explicit Posterior(const Information& information);

  /// Standard deviation of row · c, e.g. of an energy (eV) whose row is the sum of the atoms' B
  /// functions.  The noise of labels is not in it.
  [[nodiscard]] double deviation(const Eigen::VectorXd& row) const;
  /// Coefficients drawn at random: a member of a committee.
  [[nodiscard]] Eigen::VectorXd sample(std::mt19937_64& engine) const;

 private:
  Eigen::VectorXd mean_;
  Spread spread_;
  double noise_;
  Eigen::MatrixXd triangle_;  ///< upper; its square is SᵀRᵀR S + λ
};

}  // namespace mlip::fit
