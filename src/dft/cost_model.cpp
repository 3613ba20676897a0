#include "dft/cost_model.hpp"

#include <algorithm>
#include <cmath>

namespace mlip::dft {

namespace {

/// Standard deviations of logarithms: a label's noise, and how far the prediction may be off.
constexpr double noise = 0.2, of_factor = 1.5, of_power = 0.3;

double logarithm(double seconds) {
  constexpr double least = 1e-6;
  return std::log(std::max(seconds, least));
}

}  // namespace

double CostLaw::seconds(double predicted) const {
  return std::exp(offset + center + power * (logarithm(predicted) - center));
}

void CostModel::learn(double predicted, double seconds) {
  points_.push_back({logarithm(predicted), logarithm(seconds)});
}

CostLaw CostModel::law() const {
  CostLaw law;
  if (points_.empty()) return law;
  const auto count = static_cast<double>(points_.size());
  double squares = 0, factor = 0, slope = 0;
  for (const Point& point : points_) law.center += point.predicted / count;
  for (const Point& point : points_) {
    const double x = point.predicted - law.center, beyond = point.seconds - point.predicted;
    squares += x * x;
    factor += beyond;
    slope += x * beyond;
  }
  law.offset = factor / (count + noise * noise / (of_factor * of_factor));
  law.power += slope / (squares + noise * noise / (of_power * of_power));
  double measured = 0, expected = 0;
  for (const Point& point : points_) {
    measured += std::exp(point.seconds);
    expected += law.seconds(std::exp(point.predicted));
  }
  law.offset += std::log(measured / expected);
  return law;
}

}  // namespace mlip::dft
