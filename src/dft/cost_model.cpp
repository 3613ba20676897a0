#include "dft/cost_model.hpp"

#include <algorithm>
#include <cmath>

namespace mlip::dft {

namespace {

/// Standard deviations of logarithms: a label's noise, and how far the prediction may be off.
constexpr double noise = 0.2, of_factor = 1.5, of_power = 0.3;
/// Of the weight of a label in the factor, by each that came after: the load of a machine changes.
constexpr double kept_a_label = 0.95;
/// How near predictions (logarithms) are that tell of each other, and how many labels are asked.
constexpr double nearness = 0.15;
constexpr std::size_t asked = 64;

double logarithm(double seconds) {
  constexpr double least = 1e-6;
  return std::log(std::max(seconds, least));
}

}  // namespace

double CostLaw::seconds(double predicted) const {
  const double x = logarithm(predicted);
  double sum = 0, weights = 1;  // the one is for the law itself
  for (const Point& point : near) {
    const double distance = (x - point.predicted) / nearness;
    const double weight = point.weight * std::exp(-distance * distance / 2);
    sum += weight * point.beyond;
    weights += weight;
  }
  return std::exp(offset + center + power * (x - center) + sum / weights);
}

void CostModel::learn(double predicted, double seconds) {
  points_.push_back({logarithm(predicted), logarithm(seconds)});
}

CostLaw CostModel::law() const {
  CostLaw law;
  if (points_.empty()) return law;
  double squares = 0, slope = 0;
  for (const Point& point : points_)
    law.center += point.predicted / static_cast<double>(points_.size());
  for (const Point& point : points_) {
    const double x = point.predicted - law.center;
    squares += x * x;
    slope += x * (point.seconds - point.predicted);
  }
  law.power += slope / (squares + noise * noise / (of_power * of_power));
  double weights = 0, factor = 0, measured = 0, expected = 0, weight = 1;
  for (auto point = points_.rbegin(); point != points_.rend(); ++point, weight *= kept_a_label) {
    const double x = point->predicted - law.center;
    weights += weight;
    factor += weight * (point->seconds - law.center - law.power * x);
    measured += weight * std::exp(point->seconds);
    expected += weight * law.seconds(std::exp(point->predicted));
  }
  const double shrunk = factor / (weights + noise * noise / (of_factor * of_factor));
  law.offset = shrunk + std::log(measured / (expected * std::exp(shrunk)));
  weight = 1;
  for (auto point = points_.rbegin(); point != points_.rend() && law.near.size() < asked;
       ++point, weight *= kept_a_label) {
    const double x = point->predicted - law.center;
    law.near.push_back(
        {point->predicted, point->seconds - law.offset - law.center - law.power * x, weight});
  }
  return law;
}

}  // namespace mlip::dft
