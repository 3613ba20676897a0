#include "fit/normal_ridge.hpp"

#include <doctest/doctest.h>

#include <Eigen/QR>
#include <cmath>
#include <random>

#include "fit/evidence.hpp"

using namespace mlip;

namespace {

constexpr Eigen::Index data = 200, unknowns = 30;

/// [A | z] whose columns shrink over four decades; z is told by the first half, and noise.
Eigen::MatrixXd fading_rows(double noise) {
  std::mt19937_64 engine(5);
  std::normal_distribution<double> normal;
  Eigen::MatrixXd rows(data, unknowns + 1);
  for (Eigen::Index k = 0; k < unknowns; ++k)
    rows.col(k) = Eigen::VectorXd::NullaryExpr(data, [&] { return normal(engine); }) *
                  std::pow(10, -4.0 * static_cast<double>(k) / unknowns);
  rows.col(unknowns) = rows.leftCols(unknowns / 2).rowwise().sum() +
                       noise * Eigen::VectorXd::NullaryExpr(data, [&] { return normal(engine); });
  return rows;
}

fit::Ridge precise(const Eigen::MatrixXd& rows) {
  const Eigen::MatrixXd r =
      rows.householderQr().matrixQR().topRows(unknowns + 1).triangularView<Eigen::Upper>();
  return fit::Ridge({r.topLeftCorner(unknowns, unknowns), r.col(unknowns).head(unknowns),
                     std::pow(r(unknowns, unknowns), 2), data});
}

fit::NormalRidge fast(const Eigen::MatrixXd& rows) {
  return {Eigen::MatrixXd(rows.transpose() * rows).triangularView<Eigen::Upper>(), data};
}

}  // namespace

TEST_CASE("normal equations give the minimiser, evidence and noise of the triangle") {
  const Eigen::MatrixXd rows = fading_rows(0.1);
  const fit::Ridge ridge = precise(rows);
  for (const double strength : {1e-6, 1e-3, 1.0, 1e3}) {
    const auto found = fast(rows).solve(strength);
    REQUIRE(found);
    CHECK((found->minimiser - ridge.solve(strength)).norm() < 1e-6 * found->minimiser.norm());
    CHECK(found->log_evidence == doctest::Approx(ridge.log_evidence(strength)).epsilon(1e-9));
    CHECK(found->noise_variance == doctest::Approx(ridge.noise_variance(strength)).epsilon(1e-8));
  }
}

TEST_CASE("the strength of the normal equations is where the evidence is largest") {
  const Eigen::MatrixXd rows = fading_rows(0.1);
  const auto found = fast(rows).best_strength();
  REQUIRE(found);
  const fit::Ridge ridge = precise(rows);
  CHECK(std::abs(std::log10(*found / ridge.best_strength())) < 0.25);
  CHECK(ridge.log_evidence(*found) > ridge.log_evidence(ridge.best_strength()) - 0.5);
}

TEST_CASE("where rounding hides the answer, normal equations say so") {
  Eigen::MatrixXd rows = fading_rows(0.1);
  rows.col(7) = rows.col(3) + 1e-9 * rows.col(7);
  CHECK_FALSE(fast(rows).solve(1e-18));
  CHECK_FALSE(fast(fading_rows(0)).solve(1e-12));  // a residual of zero is lost in rounding
  CHECK_FALSE(fast(Eigen::MatrixXd::Zero(data, unknowns + 1)).best_strength());
}
