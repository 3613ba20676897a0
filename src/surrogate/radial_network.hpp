/// Small networks of the distance, with their first two derivatives; exact, slow.
#pragma once

#include <Eigen/Core>
#include <vector>

namespace mlip::surrogate {

/// A function of the distance and its first two derivatives.
struct Jet {
  double value, slope, curvature;
};
[[nodiscard]] Jet operator*(const Jet& f, const Jet& g);
/// g(f), `g` taken at f.value.
[[nodiscard]] Jet chain(const Jet& g, const Jet& f);

/// sin(b r)/r
[[nodiscard]] Jet wave_at(double b, double r);
/// 1 − (p+1)(p+2)/2 x^p + p(p+2) x^(p+1) − p(p+1)/2 x^(p+2) of x = r/cutoff
[[nodiscard]] Jet polynomial_envelope(double p, double r, double cutoff);

/// Rows: distances; columns: functions.
struct RadialValues {
  Eigen::MatrixXd value, slope, curvature;  ///< slope in 1/Å, curvature in 1/Å²

  RadialValues(Eigen::Index distances, Eigen::Index functions)
      : value(distances, functions), slope(distances, functions), curvature(distances, functions) {}
  void set(Eigen::Index row, Eigen::Index column, const Jet& jet);
};

/// What a RadialTable is made of.
class RadialFunctions {
 public:
  virtual ~RadialFunctions() = default;
  /// Distances in Å, 0 ≤ r ≤ cutoff.
  [[nodiscard]] virtual RadialValues evaluate(const Eigen::VectorXd& distances) const = 0;
};

/// Linear maps with scale · silu between them.
class Perceptron {
 public:
  Perceptron(std::vector<Eigen::MatrixXd> weights, double silu_scale)
      : weights_(std::move(weights)), silu_scale_(silu_scale) {}
  [[nodiscard]] RadialValues apply(RadialValues values) const;

 private:
  void activate(RadialValues& values) const;

  std::vector<Eigen::MatrixXd> weights_;
  double silu_scale_;
};

}  // namespace mlip::surrogate
