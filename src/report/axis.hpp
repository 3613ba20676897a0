/// Where numbers lie on a chart's axis, and which of them get a tick.
#pragma once

#include <string>
#include <vector>

namespace mlip::report {

struct Tick {
  double value;
  std::string label;
};

/// Maps values to pixels, linearly or by their logarithm.
class Axis {
 public:
  enum class Kind { linear, logarithmic, whole };  ///< whole: ticks at integers only
  /// The range is widened where it is empty; logarithmic: low > 0.
  Axis(Kind kind, double low, double high);
  /// Pixel positions of low and high.
  void place(double low_pixel, double high_pixel);
  [[nodiscard]] double pixel(double value) const;
  /// About `wanted` round values within the range.
  [[nodiscard]] std::vector<Tick> ticks(int wanted) const;
  [[nodiscard]] double low() const { return low_; }
  [[nodiscard]] double high() const { return high_; }

 private:
  [[nodiscard]] std::vector<Tick> linear_ticks(int wanted) const;
  [[nodiscard]] std::vector<Tick> logarithmic_ticks(int wanted) const;
  Kind kind_;
  double low_, high_;
  double low_pixel_ = 0, high_pixel_ = 1;
};

/// Axis that holds all values with a little room; non-finite values, and ≤ 0 on a logarithmic axis,
/// are ignored.
[[nodiscard]] Axis axis_around(Axis::Kind kind, const std::vector<double>& values);

}  // namespace mlip::report
