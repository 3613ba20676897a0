/// Points in a few numbers each, whose distances are never larger than those of the points.
#pragma once

#include <Eigen/Core>
#include <array>
#include <vector>

namespace mlip::select {

class Shadows {
 public:
  /// Projects on the principal directions of a sample; what a point has outside of them is one
  /// number more, its length.
  explicit Shadows(const Eigen::Ref<const Eigen::MatrixXd>& points);

  /// Whether two points are surely no nearer than the root of `squared`.
  [[nodiscard]] bool apart(std::size_t i, std::size_t j, double squared) const {
    const float limit = static_cast<float>(squared) + slack_;
    float sum = 0;
    for (std::size_t start = 0; start < numbers; start += step) {
      const Eigen::Map<const Part> a(&shadows_[i][start]), b(&shadows_[j][start]);
      sum += (a - b).square().sum();
      if (sum >= limit) return true;
    }
    return false;
  }

 private:
  static constexpr std::size_t numbers = 32, step = 8;
  using Part = Eigen::Array<float, step, 1>;

  std::vector<std::array<float, numbers>> shadows_;
  float slack_ = 0;  ///< what rounding may hide
};

}  // namespace mlip::select
