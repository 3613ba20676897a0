/// The active set of atoms that come a batch at a time and need not fit in memory.
#pragma once

#include <Eigen/Core>

namespace mlip::potential {

/// MaxVol as active_set() does it, the batches given from outside, as often as wanted: the
/// determinant never shrinks.  Settled when a pass over all batches changed nothing.
class ActiveStream {
 public:
  /// `tolerance` ≥ 1 as in maxvol().
  ActiveStream(Eigen::Index functions, double tolerance);

  /// Lets atoms (columns) into the set; true where one was.
  bool admit(const Eigen::MatrixXd& projections);
  /// n×n, γ = max_j |b · inverse|_j.  Directions that no atom has are completed as in maxvol().
  [[nodiscard]] const Eigen::MatrixXd& inverse() const { return inverse_; }
  /// log |det| of the chosen rows.
  [[nodiscard]] double log_determinant() const;

 private:
  double tolerance_;
  Eigen::MatrixXd rows_, inverse_;  ///< empty before the first atoms
};

}  // namespace mlip::potential
