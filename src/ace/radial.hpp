/// Radial basis functions g_k(r) of a pair, with their derivatives.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "ace/hermite_table.hpp"
#include "ace/lanes.hpp"
#include "ace/potential.hpp"

namespace mlip::ace {

/// Value and slope of a function of one variable.
struct Slope {
  double value = 0;
  double derivative = 0;
};

/// Twice continuously differentiable step: 1 up to `edge − width`, 0 from `edge` on.
[[nodiscard]] Slope smooth_step(double r, double edge, double width);

/// Constants of one simplified spherical Bessel function.
struct BesselTerm {
  double scale, mix, norm;
};

class RadialFunctions {
 public:
  /// `bin_width` > 0 (Å): as splines.
  explicit RadialFunctions(const Bond& bond, double bin_width = 0);
  /// g_k and dg_k/dr (1/Å) for k = 1..nradbasemax into the spans; zeros outside (rcut_in − dcut_in,
  /// rcut).
  void evaluate(double r, std::span<double> g, std::span<double> dg) const;
  /// The same at eight distances: nradbasemax lanes into each of `g` and `dg`.
  void evaluate(const Lane& r, Lane* g, Lane* dg) const;
  [[nodiscard]] int size() const { return bond_.nradbasemax; }

 private:
  void tabulate(double bin_width);
  void look_up(const Lane& r, Lane* g, Lane* dg) const;
  void bare(const Lane& r, Lane* g, Lane* dg) const;
  void cut(const Lane& r, Lane* g, Lane* dg) const;

  Bond bond_;
  double inner_edge_;
  std::vector<BesselTerm> bessel_;
  std::optional<HermiteTable> table_;
};

}  // namespace mlip::ace
