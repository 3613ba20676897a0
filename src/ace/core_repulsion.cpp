#include "ace/core_repulsion.hpp"

#include <cmath>

#include "core/units.hpp"

namespace mlip::ace {

namespace {

constexpr double coulomb = 14.399645351950543;  // e²/(4πε0), eV Å, the value ML-PACE uses
constexpr double weights[] = {0.18175, 0.50986, 0.28022, 0.02817};
constexpr double exponents[] = {-3.19980, -0.94229, -0.40290, -0.20162};

struct Curve {
  double value, first, second;
};

/// φ(r/a)/r with two derivatives.
Curve screened(double r, double a) {
  double p = 0, d = 0, dd = 0;
  for (int i = 0; i < 4; ++i) {
    const double term = weights[i] * std::exp(exponents[i] * r / a), slope = exponents[i] / a;
    p += term;
    d += term * slope;
    dd += term * slope * slope;
  }
  return {p / r, d / r - p / (r * r), dd / r - 2 * d / (r * r) + 2 * p / (r * r * r)};
}

Slope product(Slope a, Slope b) {
  return {a.value * b.value, a.value * b.derivative + a.derivative * b.value};
}

}  // namespace

CoreRepulsion::CoreRepulsion(const Bond& bond, int central_number, int neighbor_number,
                             double bin_width)
    : bond_(bond), active_(bond.core_prefactor != 0) {
  if (bond.inner == InnerCutoff::zbl && active_) prepare_zbl(central_number, neighbor_number);
  if (bin_width <= 0 || !active_) return;
  table_.emplace(1, bond.rcut, bin_width,
                 [this](double r, std::span<double> value, std::span<double> slope) {
                   const Slope at = exact(r);
                   value[0] = at.value;
                   slope[0] = at.derivative;
                 });
}

void CoreRepulsion::prepare_zbl(int central_number, int neighbor_number) {
  screening_ = 0.46850 / (std::pow(central_number, 0.23) + std::pow(neighbor_number, 0.23));
  strength_ = bond_.core_prefactor * coulomb / 2 * central_number * neighbor_number;
  const Curve end = screened(bond_.rcut, screening_);
  const double w = bond_.dcut;
  if (w > 0) {
    cubic_ = (-3 * end.first + w * end.second) / (w * w);
    quartic_ = (2 * end.first - w * end.second) / (w * w * w);
  }
  shift_ = -end.value + w * end.first / 2 - w * w * end.second / 12;
}

Slope CoreRepulsion::evaluate(double r) const {
  if (!active_ || r >= bond_.rcut) return {};
  if (!table_) return exact(r);
  Slope result;
  table_->evaluate(r, &result.value, &result.derivative, 1);
  return result;
}

Slope CoreRepulsion::exact(double r) const {
  if (r >= bond_.rcut) return {};
  return bond_.inner == InnerCutoff::zbl ? zbl(r) : exponential(r);
}

Slope CoreRepulsion::exponential(double r) const {
  const double p = std::abs(bond_.core_prefactor);
  const double decay = std::abs(bond_.core_exponent) * r * r;
  if (decay >= 50) return {};
  const double y = p * std::exp(-decay) / r, phase = core::pi * r / bond_.rcut;
  const Slope envelope = {0.5 * (1 + std::cos(phase)),
                          -0.5 * std::sin(phase) * core::pi / bond_.rcut};
  const Slope result = product({y, -y * (2 * decay + 1) / r}, envelope);
  if (bond_.inner == InnerCutoff::density) return result;
  return product(result, smooth_step(r, bond_.rcut_in, bond_.dcut_in));
}

Slope CoreRepulsion::zbl(double r) const {
  const Curve bare = screened(r, screening_);
  Slope sum = {bare.value + shift_, bare.first};
  if (const double x = r - (bond_.rcut - bond_.dcut); x > 0) {
    sum.value += x * x * x * (cubic_ / 3 + quartic_ / 4 * x);
    sum.derivative += x * x * (cubic_ + quartic_ * x);
  }
  return product({strength_ * sum.value, strength_ * sum.derivative},
                 smooth_step(r, bond_.rcut, bond_.dcut));
}

}  // namespace mlip::ace
