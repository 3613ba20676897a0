#include "fit/caution.hpp"

#include <Eigen/Cholesky>
#include <cmath>

namespace mlip::fit {

namespace {

/// Rows of a fold as the prior sees them, and what its mean misses of their labels.
struct Seen {
  Eigen::MatrixXd rows;
  Eigen::VectorXd missed;
  double count = 0;
};

Seen seen_of(const Triangle& fold, const Prior& prior) {
  const Eigen::MatrixXd rows = fold.shrunk();
  const Eigen::Index p = fold.columns();
  return {prior.spread.whitened(rows.leftCols(p)), rows.col(p) - rows.leftCols(p) * prior.mean,
          static_cast<double>(fold.rows())};
}

/// Squared residuals of a fold that the others alone predict, from those of the fit to all:
/// r / (1 − leverage), for many rows at once.  `root` as inverse_root() gives it.
double held_out_squares(const Seen& fold, const Eigen::MatrixXd& root,
                        const Eigen::VectorXd& solution) {
  const Eigen::MatrixXd leverage = fold.rows * root;
  Eigen::MatrixXd others = -leverage * leverage.transpose();
  others.diagonal().array() += 1;
  return others.ldlt().solve(fold.missed - fold.rows * solution).squaredNorm();
}

}  // namespace

std::vector<double> held_out_badness(std::span<const Triangle> folds, const Triangle& all,
                                     const Prior& prior, std::span<const double> strengths) {
  const Eigen::MatrixXd factor = all.factor(), rows = prior.spread.whitened(factor);
  const Eigen::VectorXd missed = rows.transpose() * (all.target() - factor * prior.mean);
  std::vector<Seen> seen;
  for (const Triangle& fold : folds) seen.push_back(seen_of(fold, prior));
  std::vector<double> badness;
  for (const double strength : strengths) {
    const Eigen::MatrixXd root = inverse_root(rows, strength);
    const Eigen::VectorXd solution = root * (root.transpose() * missed);
    double sum = 0;
    for (const Seen& fold : seen)
      sum += std::log(held_out_squares(fold, root, solution) / fold.count +
                      prior.least_noise * prior.least_noise);
    badness.push_back(sum / static_cast<double>(folds.size()));
  }
  return badness;
}

}  // namespace mlip::fit
