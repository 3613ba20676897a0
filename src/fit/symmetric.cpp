#include "fit/symmetric.hpp"

#include <algorithm>
#include <limits>

#include "core/error.hpp"
#include "potential/lapack.hpp"

namespace mlip::fit {

std::optional<SymmetricFactors> SymmetricFactors::of(Eigen::MatrixXd upper) {
  const potential::SingleThreadedBlas single_threaded;
  SymmetricFactors result;
  const Eigen::VectorXd diagonal = upper.diagonal();
  if (!(diagonal.minCoeff() > 0) || !diagonal.allFinite()) return {};
  result.scale_ = diagonal.cwiseSqrt().cwiseInverse();
  upper = result.scale_.asDiagonal() * upper * result.scale_.asDiagonal();
  const int n = static_cast<int>(upper.rows());
  int info = 0;
  dpotrf_("U", &n, upper.data(), &n, &info);
  if (info != 0) return {};
  result.factor_ = std::move(upper);
  return result;
}

SymmetricFactors SymmetricFactors::of_semidefinite(const Eigen::MatrixXd& upper) {
  constexpr double round_off = 1e-14, empty = 1e-12;
  const double largest = std::max(upper.diagonal().maxCoeff(), std::numeric_limits<double>::min());
  for (double more = round_off; more < 1; more *= 10) {
    Eigen::MatrixXd grown = upper;
    grown.diagonal() = ((1 + more) * upper.diagonal()).cwiseMax(more * empty * largest).eval();
    if (auto factors = of(std::move(grown))) return std::move(*factors);
  }
  MLIP_ASSERT(!"a positive semidefinite matrix");
}

Eigen::VectorXd SymmetricFactors::solve(const Eigen::VectorXd& right) const {
  Eigen::VectorXd x = scale_.cwiseProduct(right);
  const int n = static_cast<int>(x.size()), one = 1;
  int info = 0;
  dpotrs_("U", &n, &one, factor_.data(), &n, x.data(), &n, &info);
  MLIP_ASSERT(info == 0);
  return scale_.cwiseProduct(x);
}

Eigen::VectorXd SymmetricFactors::inverse_diagonal() const {
  const potential::SingleThreadedBlas single_threaded;
  Eigen::MatrixXd inverse = factor_;
  const int n = static_cast<int>(inverse.rows());
  int info = 0;
  dpotri_("U", &n, inverse.data(), &n, &info);
  MLIP_ASSERT(info == 0);
  return inverse.diagonal().cwiseProduct(scale_.cwiseAbs2());
}

}  // namespace mlip::fit
