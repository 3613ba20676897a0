#include "soap/radial_table.hpp"

#include <Eigen/LU>
#include <cmath>

#include "core/error.hpp"
#include "core/units.hpp"

namespace mlip::soap {

namespace {

constexpr auto terms = RadialTable::terms;
using Square = Eigen::Matrix<double, int(terms), int(terms)>;

/// Chebyshev nodes of [−1, 1].
double node(std::size_t k) {
  return std::cos(core::pi * (double(k) + 0.5) / double(terms));
}

/// From values at the nodes to coefficients of the powers.
Square from_nodes() {
  return Square::NullaryExpr(
             [](auto k, auto power) { return std::pow(node(std::size_t(k)), power); })
      .inverse();
}

std::size_t function_count(const Options& options) {
  return std::size_t(options.angular + 1) * std::size_t(options.radial);
}

}  // namespace

RadialTable::RadialTable(const Options& options, double end)
    : blocks_per_l_((std::size_t(options.radial) + ace::lanes - 1) / ace::lanes),
      blocks_(blocks_per_l_ * std::size_t(options.angular + 1)) {
  const RadialFunctions functions = radial_functions(options);
  constexpr std::size_t most = 1 << 14;
  do {
    intervals_ *= 2;
    fill(options, functions, end);
  } while (error(options, functions, end) > 1e-11 && intervals_ < most);
}

void RadialTable::fill(const Options& options, const RadialFunctions& functions, double end) {
  per_width_ = double(intervals_) / end;
  coefficients_.zero((intervals_ + 1) * blocks_ * terms);
  const Square solve = from_nodes();
  const auto n_max = std::size_t(options.radial);
  Eigen::Matrix<double, Eigen::Dynamic, int(terms)> values(function_count(options), int(terms));
  std::vector<double> f(function_count(options));
  for (std::size_t i = 0; i < intervals_; ++i) {
    for (std::size_t k = 0; k < terms; ++k) {
      functions((double(i) + 0.5 + 0.5 * node(k)) / per_width_, f);
      values.col(Eigen::Index(k)) = Eigen::Map<Eigen::VectorXd>(f.data(), values.rows());
    }
    const auto powers = (values * solve.transpose()).eval();
    Lane* to = coefficients_.data() + i * blocks_ * terms;
    for (std::size_t row = 0; row < f.size(); ++row) {
      const std::size_t l = row / n_max, n = row % n_max;
      const std::size_t block = l * blocks_per_l_ + n / ace::lanes;
      for (std::size_t k = 0; k < terms; ++k)
        to[block * terms + k][n % ace::lanes] = powers(Eigen::Index(row), Eigen::Index(k));
    }
  }
}

double RadialTable::error(const Options& options, const RadialFunctions& functions,
                          double end) const {
  const auto n_max = std::size_t(options.radial);
  std::vector<double> f(function_count(options));
  double worst = 0, largest = 0;
  constexpr int probes = 97;
  for (int probe = 0; probe < probes; ++probe) {
    const double r = end * (probe + 0.37) / probes;
    functions(r, f);
    const Interval interval = at(r);
    for (std::size_t row = 0; row < f.size(); ++row) {
      const std::size_t l = row / n_max, n = row % n_max;
      const Lane* c = interval.coefficients + (l * blocks_per_l_ + n / ace::lanes) * terms;
      double sum = 0;
      for (std::size_t k = terms; k-- > 0;) sum = sum * interval.t + c[k][n % ace::lanes];
      worst = std::max(worst, std::abs(sum - f[row]));
      largest = std::max(largest, std::abs(f[row]));
    }
  }
  return worst / largest;
}

}  // namespace mlip::soap
