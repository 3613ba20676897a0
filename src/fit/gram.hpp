/// Sums XᵀX of rows that arrive a few at a time.
#pragma once

#include <Eigen/Core>

namespace mlip::fit {

class Gram {
 public:
  /// Memory is taken when the first row arrives.
  explicit Gram(Eigen::Index columns) : columns_(columns) {}

  /// The most rows that next() gives at a time.
  static constexpr Eigen::Index most = 384;
  /// Place for `count` rows more, whatever is in it to be overwritten.
  [[nodiscard]] Eigen::Block<Eigen::MatrixXd> next(Eigen::Index count);
  /// Works in the rows still waiting; before merge() and sum().
  void flush();
  void merge(const Gram& other) { sum_ += other.sum_; }
  /// Upper triangle of XᵀX.
  [[nodiscard]] const Eigen::MatrixXd& sum() const { return sum_; }

 private:
  Eigen::Index columns_;
  Eigen::MatrixXd sum_, block_;
  Eigen::Index waiting_ = 0;
};

}  // namespace mlip::fit
