#include "fit/folds.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "fit/prior.hpp"

namespace mlip::fit {

namespace {

/// Priors less smooth have the larger evidence at times, and go astray where no data are.
constexpr std::array<double, 3> smoothness_powers = {2, 3, 4};

/// Squared residuals of rows, summed.
double squares(const Triangle& rows, const Eigen::VectorXd& coefficients) {
  const Eigen::MatrixXd matrix = rows.leading(coefficients.size()).shrunk();
  if (matrix.rows() == 0) return 0;
  return (matrix.leftCols(coefficients.size()) * coefficients - matrix.col(coefficients.size()))
      .squaredNorm();
}

/// All but each, from the sums of those before it and after it.
std::vector<KindRows> all_but_one(const std::vector<KindRows>& folds) {
  const std::size_t count = folds.size();
  const KindRows none(folds.front().forces.columns());
  std::vector<KindRows> others(count, none);
  KindRows sum = none;
  for (std::size_t f = count - 1; f > 0; --f) {
    sum.merge(folds[f]);
    others[f - 1] = sum;
  }
  sum = none;
  for (std::size_t f = 1; f < count; ++f) {
    sum.merge(folds[f - 1]);
    others[f].merge(sum);
  }
  return others;
}

}  // namespace

Folds::Folds(const ace::Potential& basis, const Ranking& ranking, std::vector<KindRows> folds,
             const Options& options)
    : folds_(std::move(folds)), all_(folds_.front().forces.columns()), options_(options) {
  std::vector<const ace::Function*> functions;
  for (const auto& one : basis.functions)
    for (const ace::Function& function : one) functions.push_back(&function);
  for (Eigen::Index column : ranking.order)
    functions_.push_back(*functions[static_cast<std::size_t>(column)]);
  others_ = all_but_one(folds_);
  all_ = others_.front();
  all_.merge(folds_.front());
}

Prior Folds::prior(const Recipe& recipe, Eigen::Index count) const {
  Eigen::VectorXd widths(count);
  for (Eigen::Index k = 0; k < count; ++k)
    widths[k] = prior_width(functions_[static_cast<std::size_t>(k)], recipe.smoothness_power,
                            recipe.order_decay);
  return {Eigen::VectorXd::Zero(count), {std::move(widths)}};
}

Triangle Folds::weighted(const KindRows& rows, const Recipe& recipe, Eigen::Index count) const {
  Options options = options_;
  options.energy_weight = recipe.energy_weight;
  KindRows part(0);
  part.energy = rows.energy.leading(count);
  part.forces = rows.forces.leading(count);
  part.stress = rows.stress.leading(count);
  return fit::weighted(part, options);
}

Ridge Folds::ridge(const Recipe& recipe, Eigen::Index count) const {
  return ridge_of(weighted(all_, recipe, count), prior(recipe, count));
}

double Folds::strength(const Recipe& recipe, Eigen::Index count) const {
  return ridge(recipe, count).best_strength();
}

Recipe Folds::likeliest(Recipe recipe, Eigen::Index count) const {
  const auto improve = [&](double Recipe::*part, std::span<const double> values) {
    std::vector<double> evidence(values.size());
    core::parallel_for(values.size(), core::thread_count(options_.threads), [&](std::size_t k) {
      Recipe other = recipe;
      other.*part = values[k];
      const Ridge system = ridge(other, count);
      evidence[k] = system.log_evidence(system.best_strength());
    });
    recipe.*part =
        values[static_cast<std::size_t>(std::ranges::max_element(evidence) - evidence.begin())];
  };
  improve(&Recipe::order_decay, order_decays);
  improve(&Recipe::smoothness_power, smoothness_powers);
  improve(&Recipe::order_decay, order_decays);
  return recipe;
}

HeldOut Folds::try_out(const Recipe& recipe, Eigen::Index count) const {
  const Prior smooth = prior(recipe, count);
  std::vector<HeldOut> errors(folds_.size());
  core::parallel_for(folds_.size(), core::thread_count(options_.threads), [&](std::size_t f) {
    const Ridge ridge = ridge_of(weighted(others_[f], recipe, count), smooth);
    const Eigen::VectorXd coefficients = smooth.spread.step(ridge.solve(ridge.best_strength()));
    const auto error = [&](const Triangle& rows) {
      return rows.rows() == 0
                 ? 0
                 : 1000 * std::sqrt(squares(rows, coefficients) / static_cast<double>(rows.rows()));
    };
    errors[f] = {error(folds_[f].energy), error(folds_[f].forces)};
  });
  const auto mean = [&](double HeldOut::*kind) {
    double logarithms = 0, counted = 0;
    for (const HeldOut& fold : errors)
      if (fold.*kind > 0) {
        logarithms += std::log(fold.*kind);
        ++counted;
      }
    return counted > 0 ? std::exp(logarithms / counted) : 0;
  };
  return {mean(&HeldOut::energy_mev_per_atom), mean(&HeldOut::force_mev_per_a)};
}

Learnt Folds::solve(const Recipe& recipe, Eigen::Index count) const {
  const Prior smooth = prior(recipe, count);
  const Triangle all = weighted(all_, recipe, count);
  const Ridge ridge = ridge_of(all, smooth);
  return learnt(ridge, ridge.best_strength(), all, smooth);
}

}  // namespace mlip::fit
