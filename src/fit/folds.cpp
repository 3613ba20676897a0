#include "fit/folds.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/units.hpp"
#include "fit/prior.hpp"
#include "potential/lapack.hpp"

namespace mlip::fit {

namespace {

/// Of rows of energies or forces, shrunk or as they came.
Eigen::VectorXd residuals(const Triangle& rows, const Eigen::VectorXd& coefficients) {
  const Eigen::MatrixXd matrix = rows.leading(coefficients.size()).shrunk();
  return matrix.leftCols(coefficients.size()) * coefficients - matrix.col(coefficients.size());
}

double root_mean_square(const Triangle& rows, const Eigen::VectorXd& coefficients) {
  if (rows.rows() == 0) return 0;
  return residuals(rows, coefficients).norm() / std::sqrt(static_cast<double>(rows.rows()));
}

/// From the mean absolute residual where rows are so few that they were not shrunk.
double standard_error(const Triangle& rows, const Eigen::VectorXd& coefficients) {
  if (rows.rows() == 0) return 0;
  const double of_normal_distribution = std::sqrt(core::pi / 2);
  const Eigen::VectorXd errors = residuals(rows, coefficients);
  return errors.size() == static_cast<Eigen::Index>(rows.rows())
             ? of_normal_distribution * errors.cwiseAbs().mean()
             : root_mean_square(rows, coefficients);
}

/// Upper triangle of [X | y]ᵀ[X | y]; empty where there are no rows.
Eigen::MatrixXd square_of(const Triangle& rows) {
  if (rows.rows() == 0) return {};
  const Eigen::MatrixXd matrix = rows.shrunk();
  const int n = static_cast<int>(matrix.cols()), k = static_cast<int>(matrix.rows());
  const double one = 1, zero = 0;
  Eigen::MatrixXd square = Eigen::MatrixXd::Zero(n, n);
  dsyrk_("U", "T", &n, &k, &one, matrix.data(), &k, &zero, square.data(), &n);
  return square;
}

void add(const Eigen::MatrixXd& term, Eigen::MatrixXd& sum) {
  if (sum.size() == 0)
    sum = term;
  else if (term.size() > 0)
    sum += term;
}

/// Adds `factor` times the square of the first `count` columns and the labels.
void add_leading(const Eigen::MatrixXd& square, double factor, Eigen::MatrixXd& sum) {
  if (square.size() == 0) return;
  const Eigen::Index count = sum.rows() - 1, last = square.rows() - 1;
  sum.topLeftCorner(count, count) += factor * square.topLeftCorner(count, count);
  sum.col(count).head(count) += factor * square.col(last).head(count);
  sum(count, count) += factor * square(last, last);
}

}  // namespace

Folds::Folds(const ace::Potential& basis, const Ranking& ranking, std::vector<KindRows> folds,
             const Options& options)
    : folds_(std::move(folds)), options_(options) {
  std::vector<const ace::Function*> functions;
  for (const auto& one : basis.functions)
    for (const ace::Function& function : one) functions.push_back(&function);
  for (Eigen::Index column : ranking.order)
    functions_.push_back(*functions[static_cast<std::size_t>(column)]);
  squares_.resize(folds_.size());
  core::parallel_for(folds_.size(), core::thread_count(options_.threads), [&](std::size_t f) {
    const KindRows& rows = folds_[f];
    squares_[f] = {square_of(rows.energy), square_of(rows.forces), square_of(rows.stress),
                   rows.energy.rows() + rows.forces.rows() + rows.stress.rows()};
  });
  for (const KindSquares& square : squares_) {
    add(square.energy, all_.energy);
    add(square.forces, all_.forces);
    add(square.stress, all_.stress);
    all_.rows += square.rows;
  }
}

Eigen::VectorXd Folds::widths(const Recipe& recipe, Eigen::Index count) const {
  Eigen::VectorXd widths(count);
  for (Eigen::Index k = 0; k < count; ++k)
    widths[k] = prior_width(functions_[static_cast<std::size_t>(k)], recipe.smoothness_power,
                            recipe.order_decay);
  return widths;
}

NormalRidge Folds::normal_without(std::size_t fold, const Recipe& recipe,
                                  const Eigen::VectorXd& widths) const {
  const Eigen::Index count = widths.size();
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(count + 1, count + 1);
  std::size_t rows = all_.rows;
  const auto add_all = [&](const KindSquares& squares, double sign) {
    add_leading(squares.energy, sign * std::pow(recipe.energy_weight, 2), sum);
    add_leading(squares.forces, sign * std::pow(options_.force_weight, 2), sum);
    add_leading(squares.stress, sign * std::pow(options_.stress_weight, 2), sum);
  };
  add_all(all_, 1);
  if (fold < folds_.size()) {
    add_all(squares_[fold], -1);
    rows -= squares_[fold].rows;
  }
  sum.leftCols(count) *= widths.asDiagonal();
  sum.topRows(count).array().colwise() *= widths.array();
  return {std::move(sum), rows};
}

Triangle Folds::rows_without(std::size_t fold, const Recipe& recipe, Eigen::Index count) const {
  Options options = options_;
  options.energy_weight = recipe.energy_weight;
  KindRows sum(count);
  for (std::size_t f = 0; f < folds_.size(); ++f) {
    if (f == fold) continue;
    sum.energy.merge(folds_[f].energy.leading(count));
    sum.forces.merge(folds_[f].forces.leading(count));
    sum.stress.merge(folds_[f].stress.leading(count));
  }
  return weighted(sum, options);
}

Folds::Peak Folds::peak(const Recipe& recipe, Eigen::Index count) const {
  const NormalRidge normal = normal_without(folds_.size(), recipe, widths(recipe, count));
  if (const auto strength = normal.best_strength())
    if (const auto solution = normal.solve(*strength)) return {*strength, solution->log_evidence};
  const Ridge ridge = ridge_of(rows_without(folds_.size(), recipe, count),
                               {Eigen::VectorXd::Zero(count), {widths(recipe, count)}});
  const double strength = ridge.best_strength();
  return {strength, ridge.log_evidence(strength)};
}

double Folds::strength(const Recipe& recipe, Eigen::Index count) const {
  return recipe.caution * peak(recipe, count).strength;
}

Recipe Folds::likeliest(Recipe recipe, Eigen::Index count) const {
  const auto improve = [&](double Recipe::*part, std::span<const double> values) {
    std::vector<double> evidence(values.size());
    core::parallel_for(values.size(), core::thread_count(options_.threads), [&](std::size_t k) {
      Recipe other = recipe;
      other.*part = values[k];
      evidence[k] = peak(other, count).log_evidence;
    });
    recipe.*part =
        values[static_cast<std::size_t>(std::ranges::max_element(evidence) - evidence.begin())];
  };
  improve(&Recipe::order_decay, order_decays);
  improve(&Recipe::smoothness_power, smoothness_powers);
  improve(&Recipe::order_decay, order_decays);
  return recipe;
}

Eigen::VectorXd Folds::learnt_without(std::size_t fold, const Recipe& recipe,
                                      const Eigen::VectorXd& widths, double strength) const {
  if (auto solution = normal_without(fold, recipe, widths).solve(strength))
    return widths.cwiseProduct(solution->minimiser);
  const Prior smooth = {Eigen::VectorXd::Zero(widths.size()), {widths}};
  const Ridge ridge = ridge_of(rows_without(fold, recipe, widths.size()), smooth);
  return smooth.spread.step(ridge.solve(strength));
}

HeldOut Folds::try_out(const Recipe& recipe, Eigen::Index count) const {
  const Eigen::VectorXd smooth = widths(recipe, count);
  const double prior = strength(recipe, count);
  std::vector<HeldOut> errors(folds_.size());
  core::parallel_for(folds_.size(), core::thread_count(options_.threads), [&](std::size_t f) {
    const Eigen::VectorXd coefficients = learnt_without(f, recipe, smooth, prior);
    errors[f] = {1000 * standard_error(folds_[f].energy, coefficients),
                 1000 * root_mean_square(folds_[f].forces, coefficients)};
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

Learnt Folds::solve(const Recipe& recipe, Eigen::Index count, double strength) const {
  const Prior smooth = {Eigen::VectorXd::Zero(count), {widths(recipe, count)}};
  const Triangle all = rows_without(folds_.size(), recipe, count);
  const auto solution = normal_without(folds_.size(), recipe, smooth.spread.widths).solve(strength);
  if (!solution) return learnt(ridge_of(all, smooth), strength, all, smooth);
  return {{smooth.spread.step(solution->minimiser), all.factor(), smooth.spread, strength,
           std::sqrt(solution->noise_variance)},
          solution->log_evidence};
}

}  // namespace mlip::fit
