#include "fit/prior.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/parallel.hpp"

namespace mlip::fit {

namespace {

struct Choice {
  double strength = 0, badness = std::numeric_limits<double>::infinity();
  std::optional<Ridge> ridge = {};  ///< of all rows, where the choice took it
};

Triangle merged(std::span<const Triangle> folds, std::size_t without) {
  Triangle sum(folds.front().columns());
  for (std::size_t k = 0; k < folds.size(); ++k) {
    if (k != without) sum.merge(folds[k]);
  }
  sum.flush();
  return sum;
}

Choice by_evidence(Ridge ridge) {
  const double strength = ridge.best_strength();
  return {strength, -ridge.log_evidence(strength), std::move(ridge)};
}

/// `others[f]` holds all rows but those of `folds[f]`.
Choice by_folds(std::span<const Triangle> folds, std::span<const Triangle> others,
                const Prior& prior) {
  std::vector<double> strengths, sums;  // the first fold says which
  for (std::size_t f = 0; f < folds.size(); ++f) {
    const Ridge ridge = ridge_of(others[f], prior);
    if (f == 0) sums.assign((strengths = ridge.strengths()).size(), 0);
    const Eigen::MatrixXd factor = folds[f].factor();
    const Eigen::VectorXd target = folds[f].target();
    for (std::size_t k = 0; k < strengths.size(); ++k) {
      const Eigen::VectorXd coefficients =
          prior.mean + prior.spread.step(ridge.solve(strengths[k]));
      sums[k] += (target - factor * coefficients).squaredNorm() + folds[f].residual_squares();
    }
  }
  const auto least = std::ranges::min_element(sums);
  return {strengths[static_cast<std::size_t>(least - sums.begin())], *least};
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

std::vector<Prior> smooth_priors(const ace::Potential& basis, double power) {
  std::vector<Prior> priors;
  for (const double decay : order_decays) {
    Eigen::VectorXd widths = prior_widths(basis, power, decay);
    priors.push_back({Eigen::VectorXd::Zero(widths.size()), {std::move(widths)}});
  }
  return priors;
}

Eigen::MatrixXd inverse_root(const Eigen::MatrixXd& matrix, double strength) {
  constexpr double least_pivot = 1e-9;  // of a column's length²: else rounding shows
  const Eigen::Index p = matrix.cols();
  Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(p, p);
  normal.selfadjointView<Eigen::Lower>().rankUpdate(matrix.transpose());
  normal.diagonal().array() += strength;
  const Eigen::LLT<Eigen::MatrixXd> cholesky(normal);
  const auto pivots = cholesky.matrixLLT().diagonal().array().square();
  if (cholesky.info() == Eigen::Success && (pivots > least_pivot * normal.diagonal().array()).all())
    return cholesky.matrixU().solve(Eigen::MatrixXd::Identity(p, p));
  return penalised_triangle(matrix, strength)
      .triangularView<Eigen::Upper>()
      .solve(Eigen::MatrixXd::Identity(p, p));
}

Ridge ridge_of(const Triangle& rows, const Prior& prior) {
  const Eigen::MatrixXd factor = rows.factor();
  return Ridge({prior.spread.whitened(factor), rows.target() - factor * prior.mean,
                rows.residual_squares(), rows.rows(), prior.least_noise});
}

Learnt learnt(const Ridge& ridge, double strength, const Triangle& rows, const Prior& prior) {
  return {{prior.mean + prior.spread.step(ridge.solve(strength)), rows.factor(), prior.spread,
           strength, std::sqrt(ridge.noise_variance(strength))},
          ridge.log_evidence(strength)};
}

Learnt learn(std::span<const Prior> priors, std::vector<Triangle> folds, double factor,
             int threads) {
  MLIP_ASSERT(!folds.empty() && !priors.empty());
  std::vector<Triangle> others(folds.size() > 1 ? folds.size() : 0, Triangle(0));
  core::parallel_for(others.size(), threads, [&](std::size_t f) { others[f] = merged(folds, f); });
  const Triangle all = folds.size() > 1 ? merged(folds, folds.size()) : std::move(folds.front());
  std::vector<Choice> choices(priors.size());
  core::parallel_for(choices.size(), threads, [&](std::size_t k) {
    choices[k] =
        others.empty() ? by_evidence(ridge_of(all, priors[k])) : by_folds(folds, others, priors[k]);
  });
  const auto best = std::ranges::min_element(choices, {}, &Choice::badness);
  const auto chosen = static_cast<std::size_t>(best - choices.begin());
  const Ridge ridge = best->ridge ? std::move(*best->ridge) : ridge_of(all, priors[chosen]);
  Learnt result = learnt(ridge, factor * best->strength, all, priors[chosen]);
  result.prior = chosen;
  return result;
}

}  // namespace mlip::fit
