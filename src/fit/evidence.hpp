/// Ridge regression whose strength the data choose: the maximum of the log evidence of Bayesian
/// linear regression (MacKay 1992, doi:10.1162/neco.1992.4.3.415), noise variance eliminated.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

namespace mlip::fit {

/// min |A w − z|² + residual_squares + λ|w|², with `rows` data behind it.
struct RidgeProblem {
  Eigen::MatrixXd matrix;       ///< A, p×p
  Eigen::VectorXd target;       ///< z
  double residual_squares = 0;  ///< what no w can fit
  std::size_t rows = 0;
  double least_noise = 0;  ///< standard deviation below which no row is believed
};

/// The problem turned to bidiagonal form once, in which each strength costs O(p) (Eldén 1977,
/// doi:10.1007/BF01932150).
class Ridge {
 public:
  explicit Ridge(RidgeProblem problem);

  /// log p(y | λ) at its most likely noise variance, which is at least that of the least noise.
  [[nodiscard]] double log_evidence(double strength) const;
  /// Most likely variance of the noise.
  [[nodiscard]] double noise_variance(double strength) const;
  /// The minimiser w.
  [[nodiscard]] Eigen::VectorXd solve(double strength) const;
  /// Strengths worth a look, each half a decade above the last: from 1e-14 to 100 times the largest
  /// squared singular value, roughly.
  [[nodiscard]] std::vector<double> strengths() const;
  /// λ with the largest evidence.
  [[nodiscard]] double best_strength() const;

 private:
  struct Regularised {
    Eigen::VectorXd diagonal, above, target;
    double cost;
  };
  [[nodiscard]] Regularised regularise(double strength) const;
  [[nodiscard]] double noise_variance(const Regularised& system) const;

  Eigen::MatrixXd reflectors_;
  Eigen::VectorXd diagonal_, above_, tau_left_, tau_right_, target_;
  double residual_squares_;
  std::size_t rows_;
  double least_variance_;
};

}  // namespace mlip::fit
