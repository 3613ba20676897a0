#include "fit/posterior.hpp"

#include "core/error.hpp"
#include "core/seed.hpp"
#include "fit/triangle.hpp"

namespace mlip::fit {

Posterior::Posterior(const Information& information)
    : mean_(information.mean), spread_(information.spread), noise_(information.noise) {
  const Eigen::Index p = mean_.size();
  MLIP_ASSERT(information.factor.rows() == p && information.factor.cols() == p);
  MLIP_ASSERT(spread_.widths.size() == p && information.strength > 0);
  triangle_ = penalised_triangle(spread_.whitened(information.factor), information.strength);
}

double Posterior::deviation(const Eigen::VectorXd& row) const {
  return noise_ * triangle_.transpose()
                      .triangularView<Eigen::Lower>()
                      .solve(spread_.whitened(row.transpose()).transpose())
                      .norm();
}

Eigen::VectorXd Posterior::sample(std::mt19937_64& engine) const {
  const Eigen::VectorXd z =
      Eigen::VectorXd::NullaryExpr(mean_.size(), [&] { return core::normal(engine); });
  return mean_ + noise_ * spread_.step(triangle_.triangularView<Eigen::Upper>().solve(z));
}

}  // namespace mlip::fit
