#include "ace/hermite_table.hpp"

#include <algorithm>

namespace mlip::ace {

HermiteTable::HermiteTable(std::size_t count, double end, double width, const Source& source)
    : count_(count),
      bins_(std::max<std::size_t>(1, static_cast<std::size_t>(end / width))),
      width_(end / static_cast<double>(bins_)),
      nodes_((bins_ + 3) * 2 * count) {
  for (std::size_t i = 1; i <= bins_; ++i) {
    const std::span node(&nodes_[i * 2 * count], 2 * count);
    source(width_ * static_cast<double>(i), node.first(count), node.last(count));
    for (double& slope : node.last(count)) slope *= width_;
  }
}

void HermiteTable::evaluate(double r, double* f, double* df, std::size_t stride) const {
  const double x = std::min(r / width_, static_cast<double>(bins_ + 1));
  const std::size_t bin = std::max<std::size_t>(1, static_cast<std::size_t>(x));
  const double w = x - static_cast<double>(bin);
  const double *f0 = &nodes_[bin * 2 * count_], *d0 = f0 + count_, *f1 = d0 + count_,
               *d1 = f1 + count_;
  for (std::size_t k = 0; k < count_; ++k) {
    const double rise = f1[k] - f0[k];
    const double c2 = 3 * rise - d1[k] - 2 * d0[k], c3 = d1[k] + d0[k] - 2 * rise;
    f[k * stride] = f0[k] + w * (d0[k] + w * (c2 + w * c3));
    df[k * stride] = (d0[k] + w * (2 * c2 + 3 * w * c3)) / width_;
  }
}

}  // namespace mlip::ace
