#include "ace/radial.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "ace/lane_math.hpp"
#include "core/units.hpp"
#include "core/vectorise.hpp"

namespace mlip::ace {

namespace {

using core::pi;

struct LaneSlope {
  Lane value, derivative;
};

MLIP_INLINE void multiply(int count, const LaneSlope& factor, Lane* g, Lane* dg) {
  for (int k = 0; k < count; ++k) {
    dg[k] = dg[k] * factor.value + g[k] * factor.derivative;
    g[k] *= factor.value;
  }
}

/// Multiplies one lane.
void multiply(int count, Slope factor, std::size_t lane, Lane* g, Lane* dg) {
  for (int k = 0; k < count; ++k) {
    dg[k][lane] = dg[k][lane] * factor.value + g[k][lane] * factor.derivative;
    g[k][lane] *= factor.value;
  }
}

/// (1 + cos(π (r − start)/width))/2.
Slope cosine(double r, double start, double width) {
  const double phase = pi * (r - start) / width;
  return {0.5 * (1 + std::cos(phase)), -0.5 * std::sin(phase) * pi / width};
}

/// g[k] = (1 − T_{k+first}(x))/2.
MLIP_INLINE void chebyshev(const LaneSlope& x, int first, int count, Lane* g, Lane* dg) {
  Lane t_before, t = x.value, u_before = {}, u;
  fill(t_before, 1);
  fill(u, 1);
  for (int n = 1, k = 1 - first; k < count; ++n, ++k) {
    g[k] = 0.5 * (1 - t);
    dg[k] = (-0.5 * n) * u * x.derivative;
    const Lane t_next = 2 * x.value * t - t_before, u_next = 2 * x.value * u - u_before;
    t_before = t, t = t_next;
    u_before = u, u = u_next;
  }
}

MLIP_VECTORISE void cheb_exp_cos(const Bond& bond, const Lane& r, Lane* g, Lane* dg) {
  const double lambda = bond.parameters[0], at_cutoff = std::exp(-lambda);
  Lane here, sine, cosine_of_r;
  exponential(r * (-lambda / bond.rcut), here);
  const LaneSlope x = {1 - 2 / (1 - at_cutoff) * (here - at_cutoff),
                       2 * lambda / bond.rcut / (1 - at_cutoff) * here};
  fill(g[0], 1);
  fill(dg[0], 0);
  chebyshev(x, 0, bond.nradbasemax, g, dg);
  sine_cosine(r * (pi / bond.rcut), sine, cosine_of_r);
  multiply(bond.nradbasemax, {0.5 * (1 + cosine_of_r), (-0.5 * pi / bond.rcut) * sine}, g, dg);
}

MLIP_VECTORISE void cheb_pow(const Bond& bond, const Lane& r, Lane* g, Lane* dg) {
  const double lambda = bond.parameters[0];
  const Lane left = 1 - r / bond.rcut;
  Lane power, lower;
  for (std::size_t i = 0; i < lanes; ++i) {
    power[i] = std::pow(left[i], lambda);
    lower[i] = std::pow(left[i], lambda - 1);
  }
  chebyshev({2 * (1 - power) - 1, (2 * lambda / bond.rcut) * lower}, 1, bond.nradbasemax, g, dg);
}

MLIP_VECTORISE void cheb_linear(const Bond& bond, const Lane& r, Lane* g, Lane* dg) {
  Lane slope;
  fill(slope, -1 / bond.rcut);
  chebyshev({1 - r / bond.rcut, slope}, 1, bond.nradbasemax, g, dg);
}

/// sin(z)/z and its derivative from sin(z), cos(z) and 1/z; by its series where z is small.
MLIP_INLINE void sinc(const Lane& z, const Lane& inverse, const Lane& sine, const Lane& cosine_of_z,
                      bool series, LaneSlope& result) {
  result.value = sine * inverse;
  result.derivative = (cosine_of_z - result.value) * inverse;
  if (!series) return;
  const Lane s = z * z;
  result.value = z < 0.02 ? 1 - s / 6 * (1 - s / 20 * (1 - s / 42 * (1 - s / 72))) : result.value;
  result.derivative =
      z < 0.02 ? -z / 3 * (1 - s / 10 * (1 - s / 28 * (1 - s / 54))) : result.derivative;
}

MLIP_VECTORISE void sbessel(double rcut, const Lane& r, std::span<const BesselTerm> terms, Lane* g,
                            Lane* dg) {
  const double step = pi / rcut;
  const Lane z = r * step, inverse = 1 / z;
  bool series = false;
  for (std::size_t i = 0; i < lanes; ++i) series |= z[i] < 0.02;
  Lane s1, c1;
  sine_cosine(z, s1, c1);
  Lane sine = s1, cosine_now = c1;
  LaneSlope left, right;
  sinc(z, inverse, sine, cosine_now, series, left);
  for (std::size_t n = 0; n < terms.size(); ++n) {
    const double a = static_cast<double>(n + 1), b = static_cast<double>(n + 2);
    const auto& [scale, mix, norm] = terms[n];
    const Lane next = sine * c1 + cosine_now * s1;
    cosine_now = cosine_now * c1 - sine * s1;
    sine = next;
    sinc(z * b, inverse * (1 / b), sine, cosine_now, series, right);
    g[n] = scale * (left.value + right.value);
    dg[n] = scale * (a * step * left.derivative + b * step * right.derivative);
    if (n > 0) {
      g[n] = (g[n] + mix * g[n - 1]) * norm;
      dg[n] = (dg[n] + mix * dg[n - 1]) * norm;
    }
    left = right;
  }
}

}  // namespace

Slope smooth_step(double r, double edge, double width) {
  if (r <= edge - width) return {1, 0};
  if (r >= edge) return {0, 0};
  const double x = 1 - 2 * (1 + (r - edge) / width), s = x * x;
  return {0.5 + 3.75 * x * (0.25 - s * (1.0 / 6 - s / 20)),
          -7.5 / width * (0.25 - s * (0.5 - 0.25 * s))};
}

RadialFunctions::RadialFunctions(const Bond& bond, double bin_width)
    : bond_(bond), inner_edge_(bond.rcut_in) {
  if (bond.inner == InnerCutoff::zbl) inner_edge_ = bond.dcut_in == 0 ? 1 : 0;
  double d_before = 1;
  for (int n = 0; n < bond.nradbasemax; ++n) {
    const double a = n + 1, b = n + 2;
    const double scale = (n % 2 ? -1 : 1) * std::sqrt(2.0) * pi / std::pow(bond.rcut, 1.5) * a * b /
                         std::hypot(a, b);
    const double e = n * n * b * b / (4 * a * a * a * a + 1);
    const double d = n == 0 ? 1 : 1 - e / d_before;
    bessel_.push_back({scale, n == 0 ? 0 : std::sqrt(e / d_before), 1 / std::sqrt(d)});
    d_before = d;
  }
  if (bin_width > 0) tabulate(bin_width);
}

void RadialFunctions::tabulate(double bin_width) {
  table_.emplace(
      static_cast<std::size_t>(size()), bond_.rcut, bin_width,
      [exact = RadialFunctions(bond_)](double r, std::span<double> g, std::span<double> dg) {
        exact.evaluate(r, g, dg);
      });
}

void RadialFunctions::evaluate(double r, std::span<double> g, std::span<double> dg) const {
  LaneBuffer values, slopes;
  values.resize(g.size());
  slopes.resize(g.size());
  Lane same;
  fill(same, r);
  evaluate(same, values.data(), slopes.data());
  for (std::size_t k = 0; k < g.size(); ++k) {
    g[k] = values.data()[k][0];
    dg[k] = slopes.data()[k][0];
  }
}

void RadialFunctions::evaluate(const Lane& r, Lane* g, Lane* dg) const {
  if (size() == 0) return;
  if (table_) return look_up(r, g, dg);
  bare(r, g, dg);
  cut(r, g, dg);
}

void RadialFunctions::look_up(const Lane& r, Lane* g, Lane* dg) const {
  for (std::size_t i = 0; i < lanes; ++i)
    table_->evaluate(r[i], reinterpret_cast<double*>(g) + i, reinterpret_cast<double*>(dg) + i,
                     lanes);
}

void RadialFunctions::bare(const Lane& r, Lane* g, Lane* dg) const {
  switch (bond_.basis) {
    case RadialBasis::cheb_exp_cos:
      return cheb_exp_cos(bond_, r, g, dg);
    case RadialBasis::cheb_linear:
      return cheb_linear(bond_, r, g, dg);
    case RadialBasis::cheb_pow:
      return cheb_pow(bond_, r, g, dg);
    case RadialBasis::sbessel:
      return sbessel(bond_.rcut, r, bessel_, g, dg);
  }
}

/// The cutoffs few neighbours feel, lane by lane.
void RadialFunctions::cut(const Lane& r, Lane* g, Lane* dg) const {
  const double outer_edge =
      bond_.basis == RadialBasis::cheb_exp_cos ? bond_.rcut - bond_.dcut : bond_.rcut;
  for (std::size_t i = 0; i < lanes; ++i) {
    if (r[i] > inner_edge_ && r[i] <= outer_edge && r[i] < bond_.rcut) continue;
    if (r[i] >= bond_.rcut || r[i] <= inner_edge_ - bond_.dcut_in) {
      for (int k = 0; k < size(); ++k) g[k][i] = dg[k][i] = 0;
      continue;
    }
    if (r[i] > outer_edge) multiply(size(), cosine(r[i], outer_edge, bond_.dcut), i, g, dg);
    if (bond_.inner == InnerCutoff::density || r[i] >= inner_edge_) continue;
    const Slope step = smooth_step(r[i], inner_edge_, bond_.dcut_in);
    multiply(size(), {1 - step.value, -step.derivative}, i, g, dg);
  }
}

}  // namespace mlip::ace
