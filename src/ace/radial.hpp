/// Radial basis functions g_k(r) of a pair, with analytic derivatives.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "ace/potential.hpp"

namespace mlip::ace {

/// Value and slope of a function of one variable.
struct Slope {
  double value = 0;
  double derivative = 0;
};

/// Twice continuously differentiable step: 1 up to `edge − width`, 0 from `edge` on.
[[nodiscard]] Slope smooth_step(double r, double edge, double width);

class RadialFunctions {
 public:
  explicit RadialFunctions(const Bond& bond);
  /// g_k and dg_k/dr (1/Å) for k = 1..nradbasemax into the spans; zeros outside (rcut_in − dcut_in,
  /// rcut).
  void evaluate(double r, std::span<double> g, std::span<double> dg) const;
  [[nodiscard]] int size() const { return bond_.nradbasemax; }

 private:
  void bare(double r, std::span<double> g, std::span<double> dg) const;
  void cheb_exp_cos(double r, std::span<double> g, std::span<double> dg) const;
  void cheb_pow(double r, std::span<double> g, std::span<double> dg) const;
  void cheb_linear(double r, std::span<double> g, std::span<double> dg) const;
  void sbessel(double r, std::span<double> g, std::span<double> dg) const;

  Bond bond_;
  double inner_edge_;
  std::vector<double> sbessel_scale_, sbessel_mix_, sbessel_norm_;
};

}  // namespace mlip::ace
