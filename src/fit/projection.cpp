#include "fit/projection.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "fit/symmetric.hpp"
#include "potential/lapack.hpp"

namespace mlip::fit {

namespace {

constexpr double round_off = 1e-13;  // of a parameter's curvature, what its elimination leaves

/// Upper Cholesky factor; the diagonal grows until there is one.
Eigen::MatrixXd factorised(const Eigen::MatrixXd& matrix) {
  const int n = static_cast<int>(matrix.rows());
  for (double more = 0;; more = std::max(round_off, 10 * more)) {
    Eigen::MatrixXd factor = matrix;
    factor.diagonal() *= 1 + more;
    int info = 0;
    dpotrf_("U", &n, factor.data(), &n, &info);
    if (info == 0) return factor;
    MLIP_ASSERT(more < 1);
  }
}

/// U⁻ᵀ right or, not transposed, U⁻¹ right.
void solve_triangle(const char* transposed, const Eigen::MatrixXd& factor,
                    Eigen::Ref<Eigen::MatrixXd> right) {
  const int n = static_cast<int>(factor.rows()), columns = static_cast<int>(right.cols());
  const int ld = static_cast<int>(right.outerStride());
  const double one = 1;
  if (n > 0 && columns > 0)
    dtrsm_("L", "U", transposed, "N", &n, &columns, &one, factor.data(), &n, right.data(), &ld);
}

}  // namespace

Projection::Projection(const NormalEquations& equations, const Penalty::Parabola& penalty,
                       const std::vector<Eigen::Index>& linear, Eigen::Index radial) {
  const potential::SingleThreadedBlas single_threaded;
  for (std::size_t k = 0; k < equations.moving.size(); ++k) {
    const bool is_linear = std::ranges::binary_search(linear, equations.moving[k]);
    (is_linear ? linear_ : others_).push_back(static_cast<Eigen::Index>(k));
  }
  Eigen::MatrixXd matrix = equations.matrix.selfadjointView<Eigen::Upper>();
  matrix.diagonal() += penalty.curvature;
  const Eigen::VectorXd slope = equations.gradient + penalty.slope;
  factor_ = factorised(matrix(linear_, linear_));
  mixed_ = matrix(linear_, others_);
  linear_slope_ = slope(linear_);
  solve_triangle("T", factor_, mixed_);
  solve_triangle("T", factor_, linear_slope_);
  complement_ = matrix(others_, others_);
  const Eigen::VectorXd whole = complement_.diagonal();
  const int n = static_cast<int>(others_.size()), k = static_cast<int>(linear_.size());
  const double one = 1, minus = -1;
  if (n > 0 && k > 0)
    dsyrk_("U", "T", &n, &k, &minus, mixed_.data(), &k, &one, complement_.data(), &n);
  slope_ = slope(others_);
  if (k > 0) slope_ -= mixed_.transpose() * linear_slope_;
  scale_ = whole.cwiseMax(1e-12 * whole.maxCoeff());
  complement_.diagonal() = complement_.diagonal().cwiseMax(round_off * scale_);
  for (Eigen::Index j = 0; j < scale_.size(); ++j)
    if (equations.moving[static_cast<std::size_t>(others_[static_cast<std::size_t>(j)])] >= radial)
      scale_[j] = complement_(j, j);
}

std::optional<Eigen::VectorXd> Projection::step(double damping) const {
  Eigen::VectorXd change(static_cast<Eigen::Index>(linear_.size() + others_.size()));
  Eigen::MatrixXd matrix = complement_;
  matrix.diagonal() += damping * scale_;
  const auto factors = SymmetricFactors::of(std::move(matrix));
  if (!factors) return {};
  const Eigen::VectorXd others = factors->solve(-slope_);
  change(others_) = others;
  Eigen::VectorXd follow = -linear_slope_;
  if (!linear_.empty()) follow -= mixed_ * others;
  solve_triangle("N", factor_, follow);
  change(linear_) = follow;
  return change;
}

}  // namespace mlip::fit
