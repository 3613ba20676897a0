#include "ace/embedding_curvature.hpp"

#include <cmath>

namespace mlip::ace {

namespace {

double finnis_sinclair_curvature(double a, double m) {
  constexpr double w = 1e6;
  if (a <= 1e-10) return 0;
  const double linear = std::pow(w, 1 - m), w3 = w * w * w, cube = w3 * a * a * a;
  const double g = cube > 30 ? 0 : std::exp(-cube);
  const double dg = -3 * w3 * a * a * g, ddg = (-6 * w3 * a + 9 * cube * w3 * a) * g;
  const double power = std::pow(a, m);
  return (1 - g) * m * (m - 1) * power / (a * a) - 2 * dg * m * power / a - ddg * power +
         linear * (2 * dg + a * ddg);
}

double shifted_scaled_curvature(double a, double m) {
  if (std::abs(m - 1) < 1e-10) return 0;
  const double n = 1 / m, decay = std::exp(-a);
  const double x0 = std::pow(n, n / (1 - n)) * decay, y0 = std::pow(n, 1 / (1 - n)) * decay;
  const double power = std::pow(x0 + a, m - 2);
  return m * power * (x0 * (x0 + a) + (m - 1) * (1 - x0) * (1 - x0)) - y0;
}

}  // namespace

double embedding_curvature(EmbeddingKind kind, double rho, double exponent) {
  const double a = std::abs(rho);
  const double curvature = kind == EmbeddingKind::finnis_sinclair
                               ? finnis_sinclair_curvature(a, exponent)
                               : shifted_scaled_curvature(a, exponent);
  return std::signbit(rho) ? -curvature : curvature;
}

}  // namespace mlip::ace
