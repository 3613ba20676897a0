/// Radial functions as polynomials on short intervals, many functions side by side.
#pragma once

#include "ace/lanes.hpp"
#include "soap/radial_functions.hpp"

namespace mlip::soap {

using ace::Lane;

/// The polynomials of one interval, for kernels: coefficient k of block b at coefficients[b · terms
/// + k], in t ∈ [−1, 1].  A block is eight functions n of one l; blocks of one l follow each other.
struct Interval {
  const Lane* coefficients;
  double t;
};

class RadialTable {
 public:
  static constexpr std::size_t terms = 8;

  /// On [0, end], to 10⁻¹¹ of the largest value; where n_max is no multiple of eight, the rest of a
  /// block is zero.
  RadialTable(const Options& options, double end);

  /// Of n of one l.
  [[nodiscard]] std::size_t blocks_per_l() const { return blocks_per_l_; }
  [[nodiscard]] std::size_t blocks() const { return blocks_; }
  /// dt/dr, 1/Å.
  [[nodiscard]] double slope() const { return 2 * per_width_; }

  /// Beyond the end all functions are zero.
  [[nodiscard]] MLIP_INLINE Interval at(double r) const {
    const double x = r * per_width_;
    const auto last = static_cast<double>(intervals_);
    const auto i = static_cast<std::size_t>(x < last ? x : last);
    return {coefficients_.data() + i * blocks_ * terms, 2 * (x - static_cast<double>(i)) - 1};
  }

 private:
  void fill(const Options& options, const RadialFunctions& functions, double end);
  [[nodiscard]] double error(const Options& options, const RadialFunctions& functions,
                             double end) const;

  std::size_t blocks_per_l_, blocks_, intervals_ = 16;
  double per_width_ = 0;
  ace::LaneBuffer coefficients_;  ///< [interval][block][term], then an interval of zeros
};

}  // namespace mlip::soap
