/// Functions of one variable on a uniform grid, cubic Hermite between the nodes: the splines
/// ML-PACE evaluates (Lysogorskiy 2021, doi:10.1038/s41524-021-00559-9).
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace mlip::ace {

class HermiteTable {
 public:
  /// Fills values and slopes of all functions at r.
  using Source = std::function<void(double r, std::span<double> f, std::span<double> df)>;
  /// `count` functions on (0, end] with floor(end/width) bins; zero beyond the end.
  HermiteTable(std::size_t count, double end, double width, const Source& source);
  /// Values and slopes `stride` numbers apart.  Within the first bin (below about `width`) the
  /// second is continued.
  void evaluate(double r, double* f, double* df, std::size_t stride) const;

 private:
  std::size_t count_, bins_;
  double width_;
  std::vector<double> nodes_;  // [node][value, width · slope][function]; two zero nodes at the end
};

}  // namespace mlip::ace
