#include "ace/radial.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/units.hpp"

namespace mlip::ace {

namespace {

using core::pi;

void multiply(std::span<double> g, std::span<double> dg, Slope factor) {
  for (std::size_t k = 0; k < g.size(); ++k) {
    dg[k] = dg[k] * factor.value + g[k] * factor.derivative;
    g[k] *= factor.value;
  }
}

/// (1 + cos(π (r − start)/width))/2.
Slope cosine(double r, double start, double width) {
  const double phase = pi * (r - start) / width;
  return {0.5 * (1 + std::cos(phase)), -0.5 * std::sin(phase) * pi / width};
}

/// g[k] = (1 − T_{k+first}(x))/2.
void chebyshev(Slope x, int first, std::span<double> g, std::span<double> dg) {
  double t_before = 1, t = x.value, u_before = 0, u = 1;
  for (int n = 1; n < first; ++n) {
    t_before = std::exchange(t, 2 * x.value * t - t_before);
    u_before = std::exchange(u, 2 * x.value * u - u_before);
  }
  int n = std::max(first, 1);
  for (std::size_t k = first == 0 ? 1 : 0; k < g.size(); ++k, ++n) {
    g[k] = 0.5 * (1 - t);
    dg[k] = -0.5 * n * u * x.derivative;
    t_before = std::exchange(t, 2 * x.value * t - t_before);
    u_before = std::exchange(u, 2 * x.value * u - u_before);
  }
}

/// sin(z)/z and its derivative from sin(z) and cos(z).
Slope sinc(double z, double sine, double cosine_of_z) {
  if (z < 0.02) {
    const double s = z * z;
    return {1 - s / 6 * (1 - s / 20 * (1 - s / 42 * (1 - s / 72))),
            -z / 3 * (1 - s / 10 * (1 - s / 28 * (1 - s / 54)))};
  }
  return {sine / z, (cosine_of_z * z - sine) / (z * z)};
}

}  // namespace

Slope smooth_step(double r, double edge, double width) {
  if (r <= edge - width) return {1, 0};
  if (r >= edge) return {0, 0};
  const double x = 1 - 2 * (1 + (r - edge) / width), s = x * x;
  return {0.5 + 3.75 * x * (0.25 - s * (1.0 / 6 - s / 20)),
          -7.5 / width * (0.25 - s * (0.5 - 0.25 * s))};
}

RadialFunctions::RadialFunctions(const Bond& bond) : bond_(bond), inner_edge_(bond.rcut_in) {
  if (bond.inner == InnerCutoff::zbl) inner_edge_ = bond.dcut_in == 0 ? 1 : 0;
  if (bond.basis != RadialBasis::sbessel) return;
  double d_before = 1;
  for (int n = 0; n < bond.nradbasemax; ++n) {
    const double a = n + 1, b = n + 2;
    sbessel_scale_.push_back((n % 2 ? -1 : 1) * std::sqrt(2.0) * pi / std::pow(bond.rcut, 1.5) * a *
                             b / std::hypot(a, b));
    const double e = n * n * b * b / (4 * a * a * a * a + 1);
    const double d = n == 0 ? 1 : 1 - e / d_before;
    sbessel_mix_.push_back(n == 0 ? 0 : std::sqrt(e / d_before));
    sbessel_norm_.push_back(1 / std::sqrt(d));
    d_before = d;
  }
}

void RadialFunctions::evaluate(double r, std::span<double> g, std::span<double> dg) const {
  if (r >= bond_.rcut || r <= inner_edge_ - bond_.dcut_in) {
    std::ranges::fill(g, 0.0);
    std::ranges::fill(dg, 0.0);
    return;
  }
  bare(r, g, dg);
  if (bond_.inner == InnerCutoff::density || r >= inner_edge_) return;
  const Slope step = smooth_step(r, inner_edge_, bond_.dcut_in);
  multiply(g, dg, {1 - step.value, -step.derivative});
}

void RadialFunctions::bare(double r, std::span<double> g, std::span<double> dg) const {
  if (g.empty()) return;
  switch (bond_.basis) {
    case RadialBasis::cheb_exp_cos:
      return cheb_exp_cos(r, g, dg);
    case RadialBasis::cheb_linear:
      return cheb_linear(r, g, dg);
    case RadialBasis::cheb_pow:
      return cheb_pow(r, g, dg);
    case RadialBasis::sbessel:
      return sbessel(r, g, dg);
  }
}

void RadialFunctions::cheb_exp_cos(double r, std::span<double> g, std::span<double> dg) const {
  const double lambda = bond_.parameters[0], rc = bond_.rcut;
  const double at_cutoff = std::exp(-lambda), here = std::exp(-lambda * r / rc);
  g[0] = 1;
  dg[0] = 0;
  chebyshev(
      {1 - 2 * (here - at_cutoff) / (1 - at_cutoff), 2 * lambda / rc * here / (1 - at_cutoff)}, 0,
      g, dg);
  multiply(g, dg, cosine(r, 0, rc));
  if (r > rc - bond_.dcut) multiply(g, dg, cosine(r, rc - bond_.dcut, bond_.dcut));
}

void RadialFunctions::cheb_pow(double r, std::span<double> g, std::span<double> dg) const {
  const double lambda = bond_.parameters[0], left = 1 - r / bond_.rcut;
  chebyshev(
      {2 * (1 - std::pow(left, lambda)) - 1, 2 * lambda / bond_.rcut * std::pow(left, lambda - 1)},
      1, g, dg);
}

void RadialFunctions::cheb_linear(double r, std::span<double> g, std::span<double> dg) const {
  chebyshev({1 - r / bond_.rcut, -1 / bond_.rcut}, 1, g, dg);
}

void RadialFunctions::sbessel(double r, std::span<double> g, std::span<double> dg) const {
  const double step = pi / bond_.rcut, s1 = std::sin(step * r), c1 = std::cos(step * r);
  double sine = s1, cosine_now = c1;
  Slope left = sinc(step * r, sine, cosine_now);
  for (std::size_t n = 0; n < g.size(); ++n) {
    const double a = static_cast<double>(n + 1) * step, b = static_cast<double>(n + 2) * step;
    const double next = sine * c1 + cosine_now * s1;
    cosine_now = cosine_now * c1 - sine * s1;
    sine = next;
    const Slope right = sinc(b * r, sine, cosine_now);
    g[n] = sbessel_scale_[n] * (left.value + right.value);
    dg[n] = sbessel_scale_[n] * (a * left.derivative + b * right.derivative);
    if (n > 0) {
      g[n] = (g[n] + sbessel_mix_[n] * g[n - 1]) * sbessel_norm_[n];
      dg[n] = (dg[n] + sbessel_mix_[n] * dg[n - 1]) * sbessel_norm_[n];
    }
    left = right;
  }
}

}  // namespace mlip::ace
