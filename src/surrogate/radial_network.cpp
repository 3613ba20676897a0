#include "surrogate/radial_network.hpp"

#include <cmath>

namespace mlip::surrogate {

Jet operator*(const Jet& f, const Jet& g) {
  return {f.value * g.value, f.slope * g.value + f.value * g.slope,
          f.curvature * g.value + 2 * f.slope * g.slope + f.value * g.curvature};
}

Jet chain(const Jet& g, const Jet& f) {
  return {g.value, g.slope * f.slope, g.curvature * f.slope * f.slope + g.slope * f.curvature};
}

Jet wave_at(double b, double r) {
  if (r == 0) return {b, 0, -b * b * b / 3};
  const double value = std::sin(b * r) / r, slope = (b * std::cos(b * r) - value) / r;
  return {value, slope, -b * b * value - 2 * slope / r};
}

Jet polynomial_envelope(double p, double r, double cutoff) {
  const double x = r / cutoff, xp = std::pow(x, p - 2);
  const double a = (p + 1) * (p + 2) / 2, b = p * (p + 2), c = p * (p + 1) / 2;
  return {1 - xp * x * x * (a - x * (b - x * c)),
          -xp * x * (a * p - x * (b * (p + 1) - x * c * (p + 2))) / cutoff,
          -xp * (p - 1) * p *
              (a - x * (b * (p + 1) / (p - 1) - x * c * (p + 2) * (p + 1) / (p * (p - 1)))) /
              (cutoff * cutoff)};
}

void RadialValues::set(Eigen::Index row, Eigen::Index column, const Jet& jet) {
  value(row, column) = jet.value;
  slope(row, column) = jet.slope;
  curvature(row, column) = jet.curvature;
}

void Perceptron::activate(RadialValues& values) const {
  for (Eigen::Index k = 0; k < values.value.size(); ++k) {
    double& x = *(values.value.data() + k);
    double& dx = *(values.slope.data() + k);
    double& ddx = *(values.curvature.data() + k);
    const double sigmoid = 1 / (1 + std::exp(-x)), rest = 1 - sigmoid;
    const double slope = silu_scale_ * sigmoid * (1 + x * rest);
    const double curvature = silu_scale_ * sigmoid * rest * (2 + x * (rest - sigmoid));
    ddx = slope * ddx + curvature * dx * dx;
    dx *= slope;
    x *= silu_scale_ * sigmoid;
  }
}

RadialValues Perceptron::apply(RadialValues values) const {
  for (std::size_t k = 0; k < weights_.size(); ++k) {
    if (k > 0) activate(values);
    values.value = (values.value * weights_[k]).eval();
    values.slope = (values.slope * weights_[k]).eval();
    values.curvature = (values.curvature * weights_[k]).eval();
  }
  return values;
}

}  // namespace mlip::surrogate
