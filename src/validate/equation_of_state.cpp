#include "validate/equation_of_state.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <array>
#include <cmath>

#include "core/units.hpp"

namespace mlip::validate {

namespace {

/// E(t) = Σ a_k t^k with t = V^(−2/3) / scale − 1, in which Birch and Murnaghan is a cubic.
struct Cubic {
  Eigen::Vector4d a;
  double scale;

  [[nodiscard]] double value(double t) const { return a[0] + t * (a[1] + t * (a[2] + t * a[3])); }
  [[nodiscard]] double second(double t) const { return 2 * a[2] + 6 * a[3] * t; }
};

Cubic least_squares(const std::vector<EosPoint>& points) {
  const auto count = static_cast<Eigen::Index>(points.size());
  double scale = 0;
  for (const EosPoint& point : points)
    scale += std::pow(point.volume, -2.0 / 3) / static_cast<double>(count);
  Eigen::MatrixX4d powers(count, 4);
  Eigen::VectorXd energies(count);
  for (Eigen::Index k = 0; k < count; ++k) {
    const EosPoint& point = points[static_cast<std::size_t>(k)];
    const double t = std::pow(point.volume, -2.0 / 3) / scale - 1;
    powers.row(k) << 1, t, t * t, t * t * t;
    energies[k] = point.energy - points.front().energy;
  }
  Eigen::Vector4d widths = powers.colwise().norm();
  widths = widths.cwiseMax(1e-300);
  const Eigen::MatrixX4d scaled = powers * widths.cwiseInverse().asDiagonal();
  Eigen::Vector4d a = scaled.colPivHouseholderQr().solve(energies).cwiseQuotient(widths);
  a[0] += points.front().energy;
  return {a, scale};
}

std::optional<double> minimum_of(const Cubic& cubic) {
  const double b = 2 * cubic.a[2], c = cubic.a[1], a = 3 * cubic.a[3];
  const double discriminant = b * b - 4 * a * c;
  if (!(discriminant > 0)) return std::nullopt;
  // The root with positive curvature, in the form that loses no digits whatever the sign of b.
  const double root = std::sqrt(discriminant);
  const double t = b >= 0 ? -2 * c / (b + root) : (root - b) / (2 * a);
  if (!std::isfinite(t) || t <= -1 || !(cubic.second(t) > 0)) return std::nullopt;
  return t;
}

bool usable(const std::vector<EosPoint>& points) {
  return points.size() >= 4 && std::ranges::all_of(points, [](const EosPoint& point) {
           return std::isfinite(point.volume) && std::isfinite(point.energy) && point.volume > 0;
         });
}

void set_moduli(EquationOfState& eos, const Cubic& cubic, double t) {
  const double v = eos.volume;
  const double t_v = -(2.0 / 3) * std::pow(v, -5.0 / 3) / cubic.scale;
  const double t_vv = (10.0 / 9) * std::pow(v, -8.0 / 3) / cubic.scale;
  const double e_vv = cubic.second(t) * t_v * t_v;
  const double e_vvv = 6 * cubic.a[3] * t_v * t_v * t_v + 3 * cubic.second(t) * t_v * t_vv;
  eos.bulk_modulus_gpa = v * e_vv * core::gpa_per_ev_per_a3;
  eos.bulk_derivative = -1 - v * e_vvv / e_vv;
}

}  // namespace

std::vector<core::Structure> eos_structures(const core::Structure& reference, double strain,
                                            int count) {
  std::vector<core::Structure> structures;
  for (int k = 0; k < count; ++k) {
    const double s = count == 1 ? 0 : strain * (2.0 * k / (count - 1) - 1);
    structures.push_back(core::strained(reference, s * core::Mat3::Identity()));
  }
  return structures;
}

std::optional<EquationOfState> fit_eos(std::vector<EosPoint> points, double reference_volume,
                                       double reference_lattice_constant) {
  if (!usable(points)) return std::nullopt;
  std::ranges::sort(points, {}, &EosPoint::volume);
  const Cubic cubic = least_squares(points);
  const std::optional<double> t = minimum_of(cubic);
  if (!t) return std::nullopt;
  EquationOfState eos;
  eos.volume = std::pow(cubic.scale * (1 + *t), -1.5);
  if (eos.volume < points.front().volume || eos.volume > points.back().volume) return std::nullopt;
  eos.energy = cubic.value(*t);
  set_moduli(eos, cubic, *t);
  eos.lattice_constant = reference_lattice_constant * std::cbrt(eos.volume / reference_volume);
  double squares = 0;
  for (const EosPoint& point : points)
    squares +=
        std::pow(cubic.value(std::pow(point.volume, -2.0 / 3) / cubic.scale - 1) - point.energy, 2);
  eos.rms_residual_ev = std::sqrt(squares / static_cast<double>(points.size()));
  eos.points = std::move(points);
  return eos;
}

}  // namespace mlip::validate
