#include "fit/prior.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "core/error.hpp"
#include "fit/evidence.hpp"
#include "fit/parallel.hpp"

namespace mlip::fit {

namespace {

struct Choice {
  double strength = 0, badness = std::numeric_limits<double>::infinity();
};

Triangle merged(std::span<const Triangle> folds, std::size_t without) {
  Triangle sum(folds.front().columns());
  for (std::size_t k = 0; k < folds.size(); ++k) {
    if (k != without) sum.merge(folds[k]);
  }
  sum.flush();
  return sum;
}

Ridge ridge_of(const Triangle& triangle, const Eigen::VectorXd& widths,
               const Eigen::VectorXd& mean) {
  const Eigen::MatrixXd factor = triangle.factor();
  return Ridge({factor * widths.asDiagonal(), triangle.target() - factor * mean,
                triangle.residual_squares(), triangle.rows()});
}

Choice by_evidence(const Ridge& ridge) {
  const double strength = ridge.best_strength();
  return {strength, -ridge.log_evidence(strength)};
}

/// `others[f]` holds all rows but those of `folds[f]`.
Choice by_folds(std::span<const Triangle> folds, std::span<const Triangle> others,
                const Eigen::VectorXd& widths, const Eigen::VectorXd& mean) {
  double unit = 0;           // of the first
  constexpr int steps = 33;  // half a decade each, as the evidence searches
  std::array<double, steps> sums = {};
  for (std::size_t f = 0; f < folds.size(); ++f) {
    const Ridge ridge = ridge_of(others[f], widths, mean);
    if (f == 0) unit = ridge.unit();
    const Eigen::MatrixXd factor = folds[f].factor();
    const Eigen::VectorXd target = folds[f].target();
    for (int k = 0; k < steps; ++k) {
      const double strength = unit * std::pow(10.0, Ridge::weakest + 0.5 * k);
      const Eigen::VectorXd coefficients = mean + widths.cwiseProduct(ridge.solve(strength));
      sums[static_cast<std::size_t>(k)] +=
          (target - factor * coefficients).squaredNorm() + folds[f].residual_squares();
    }
  }
  const auto least = std::ranges::min_element(sums);
  return {unit * std::pow(10.0, Ridge::weakest + 0.5 * double(least - sums.begin())), *least};
}

}  // namespace

double prior_width(const ace::Function& function, double power, double order_decay) {
  double roughness = 1;
  for (int n : function.ns) roughness += std::pow(n, power);
  for (int l : function.ls) roughness += std::pow(l, power);
  return std::pow(order_decay, -function.rank()) / roughness;
}

Eigen::VectorXd prior_widths(const ace::Potential& basis, double power, double order_decay) {
  Eigen::VectorXd widths(static_cast<Eigen::Index>(basis.function_count()));
  Eigen::Index column = 0;
  for (const auto& functions : basis.functions)
    for (const ace::Function& function : functions)
      widths[column++] = prior_width(function, power, order_decay);
  return widths;
}

Learnt learn(const ace::Potential& basis, double smoothness_power,
             const Eigen::VectorXd& prior_mean, std::vector<Triangle> folds, int threads) {
  MLIP_ASSERT(!folds.empty());
  std::vector<Triangle> others(folds.size() > 1 ? folds.size() : 0, Triangle(0));
  parallel_for(others.size(), threads, [&](std::size_t f) { others[f] = merged(folds, f); });
  const Triangle all = folds.size() > 1 ? merged(folds, folds.size()) : std::move(folds.front());
  std::array<Choice, order_decays.size()> choices;
  const auto widths_of = [&](std::size_t k) {
    return prior_widths(basis, smoothness_power, order_decays[k]);
  };
  parallel_for(choices.size(), threads, [&](std::size_t k) {
    choices[k] = others.empty() ? by_evidence(ridge_of(all, widths_of(k), prior_mean))
                                : by_folds(folds, others, widths_of(k), prior_mean);
  });
  const auto best = std::ranges::min_element(choices, {}, &Choice::badness);
  const Eigen::VectorXd widths = widths_of(static_cast<std::size_t>(best - choices.begin()));
  const Ridge ridge = ridge_of(all, widths, prior_mean);
  return {{prior_mean + widths.cwiseProduct(ridge.solve(best->strength)), all.factor(), widths,
           best->strength, std::sqrt(ridge.noise_variance(best->strength))},
          ridge.log_evidence(best->strength)};
}

}  // namespace mlip::fit
