#include "ace/embedding.hpp"

#include <cmath>

namespace mlip::ace {

namespace {

Slope finnis_sinclair(double rho, double m) {
  constexpr double w = 1e6;
  const double a = std::abs(rho), linear = std::pow(w, 1 - m);
  if (a <= 1e-10) return {linear * rho, linear};
  const double cube = (w * a) * (w * a) * (w * a);
  const double g = cube > 30 ? 0 : std::exp(-cube);
  const double dg = -3 * cube / a * g, power = std::pow(a, m);
  const double sign = std::signbit(rho) ? -1 : 1;
  return {sign * ((1 - g) * power + linear * g * a),
          (1 - g) * m * power / a - dg * power + linear * (g + dg * a)};
}

Slope shifted_scaled(double rho, double m) {
  if (std::abs(m - 1) < 1e-10) return {rho, 1};
  const double a = std::abs(rho), n = 1 / m, decay = std::exp(-a);
  const double x0 = std::pow(n, n / (1 - n)) * decay, y0 = std::pow(n, 1 / (1 - n)) * decay;
  const double sign = std::signbit(rho) ? -1 : 1;
  return {sign * (std::pow(x0 + a, m) - y0), y0 + m * (1 - x0) * std::pow(x0 + a, m - 1)};
}

}  // namespace

Slope embed(EmbeddingKind kind, double rho, double exponent) {
  return kind == EmbeddingKind::finnis_sinclair ? finnis_sinclair(rho, exponent)
                                                : shifted_scaled(rho, exponent);
}

}  // namespace mlip::ace
