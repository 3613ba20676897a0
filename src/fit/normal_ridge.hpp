/// Ridge regression from the normal equations: as Ridge, many times faster and half as precise.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <optional>

namespace mlip::fit {

/// min |A w − z|² + λ|w|²; a Cholesky factorisation for each strength λ.
class NormalRidge {
 public:
  /// `normal` is the upper triangle of [A | z]ᵀ [A | z], with `rows` data behind it.
  NormalRidge(Eigen::MatrixXd normal, std::size_t rows);

  struct Solution {
    Eigen::VectorXd minimiser;
    double log_evidence = 0;    ///< log p(z | λ) at its most likely noise variance
    double noise_variance = 0;  ///< the most likely
  };
  /// Nothing where rounding has eaten a pivot: Ridge has to be asked then.
  [[nodiscard]] std::optional<Solution> solve(double strength) const;
  /// λ with the largest evidence, within a quarter of a decade; nothing where rounding hides it.
  [[nodiscard]] std::optional<double> best_strength() const;

 private:
  Eigen::MatrixXd normal_;
  std::size_t rows_;
};

}  // namespace mlip::fit
