#include "fit/evidence.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/error.hpp"
#include "core/units.hpp"
#include "potential/lapack.hpp"

namespace mlip::fit {

namespace {

/// Where a function of positive numbers is largest: the best of a rising grid, refined by golden
/// section of the logarithm.
template <class Function>
double maximise(const std::vector<double>& grid, const Function& function) {
  std::size_t best = 0;
  double height = -std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < grid.size(); ++k) {
    const double value = function(grid[k]);
    if (value > height) {
      height = value;
      best = k;
    }
  }
  double a = std::log(grid[best == 0 ? 0 : best - 1]);
  double b = std::log(grid[std::min(best + 1, grid.size() - 1)]);
  const double golden = (std::sqrt(5.0) - 1) / 2;
  for (int k = 0; k < 40; ++k) {
    const double x = b - golden * (b - a), y = a + golden * (b - a);
    if (function(std::exp(x)) >= function(std::exp(y)))
      b = y;
    else
      a = x;
  }
  return std::exp((a + b) / 2);
}

}  // namespace

Ridge::Ridge(RidgeProblem problem)
    : reflectors_(std::move(problem.matrix)),
      target_(std::move(problem.target)),
      residual_squares_(problem.residual_squares),
      rows_(problem.rows),
      least_variance_(
          std::max(problem.least_noise * problem.least_noise, std::numeric_limits<double>::min())) {
  const int n = static_cast<int>(reflectors_.cols());
  MLIP_ASSERT(n > 0 && reflectors_.rows() == n && target_.size() == n && rows_ > 0);
  diagonal_.resize(n);
  above_.setZero(n);
  tau_left_.resize(n);
  tau_right_.resize(n);
  std::vector<double> work(static_cast<std::size_t>(64 * n));
  const int lwork = static_cast<int>(work.size()), one = 1;
  int info = 0;
  dgebrd_(&n, &n, reflectors_.data(), &n, diagonal_.data(), above_.data(), tau_left_.data(),
          tau_right_.data(), work.data(), &lwork, &info);
  MLIP_ASSERT(info == 0);
  dormbr_("Q", "L", "T", &n, &one, &n, reflectors_.data(), &n, tau_left_.data(), target_.data(), &n,
          work.data(), &lwork, &info);
  MLIP_ASSERT(info == 0);
}

Ridge::Regularised Ridge::regularise(double strength) const {
  const Eigen::Index n = diagonal_.size();
  Regularised result{diagonal_, above_, target_, residual_squares_};
  const double root = std::sqrt(strength);
  double penalty = root, carried = 0;
  for (Eigen::Index k = 0; k < n; ++k) {
    const double length = std::hypot(diagonal_[k], penalty);
    const double c = diagonal_[k] / length, s = penalty / length;
    result.diagonal[k] = length;
    result.above[k] = c * above_[k];
    result.target[k] = c * target_[k] + s * carried;
    const double fill = -s * above_[k], rest = c * carried - s * target_[k];
    penalty = std::hypot(fill, root);
    carried = fill / penalty * rest;
    result.cost += std::pow(root / penalty * rest, 2);
  }
  result.cost += carried * carried;
  return result;
}

double Ridge::noise_variance(const Regularised& system) const {
  return std::max(system.cost / static_cast<double>(rows_), least_variance_);
}

double Ridge::noise_variance(double strength) const {
  return noise_variance(regularise(strength));
}

double Ridge::log_evidence(double strength) const {
  const Regularised system = regularise(strength);
  const auto rows = static_cast<double>(rows_);
  const auto columns = static_cast<double>(diagonal_.size());
  const double variance = noise_variance(system);
  const double log_determinant = 2 * system.diagonal.array().log().sum();
  return -0.5 * (rows * std::log(2 * core::pi * variance) + system.cost / variance +
                 log_determinant - columns * std::log(strength));
}

Eigen::VectorXd Ridge::solve(double strength) const {
  const Regularised system = regularise(strength);
  const int n = static_cast<int>(diagonal_.size()), one = 1;
  Eigen::VectorXd w(n);
  double next = 0;
  for (Eigen::Index k = n - 1; k >= 0; --k)
    next = w[k] =
        (system.target[k] - (k + 1 < n ? system.above[k] * next : 0)) / system.diagonal[k];
  std::vector<double> work(static_cast<std::size_t>(64 * n));
  const int lwork = static_cast<int>(work.size());
  int info = 0;
  dormbr_("P", "L", "N", &n, &one, &n, reflectors_.data(), &n, tau_right_.data(), w.data(), &n,
          work.data(), &lwork, &info);
  MLIP_ASSERT(info == 0);
  return w;
}

std::vector<double> Ridge::strengths() const {
  const double largest = std::max(diagonal_.cwiseAbs().maxCoeff(), above_.cwiseAbs().maxCoeff());
  const double unit = largest > 0 ? largest * largest : 1;
  std::vector<double> result;
  for (int half_decade = -28; half_decade <= 4; ++half_decade)
    result.push_back(unit * std::pow(10.0, 0.5 * half_decade));
  return result;
}

double Ridge::best_strength() const {
  return maximise(strengths(), [&](double strength) { return log_evidence(strength); });
}

}  // namespace mlip::fit
