#include "fit/evidence.hpp"

#include <doctest/doctest.h>

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <Eigen/QR>
#include <cmath>

#include "core/seed.hpp"
#include "core/units.hpp"

using namespace mlip;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

struct Data {
  MatrixXd x;
  VectorXd y, truth;
};

/// y = X w + noise with w of unit variance.
Data linear_data(Eigen::Index rows, Eigen::Index columns, double noise, std::uint64_t item) {
  auto engine = core::random_engine(5, "evidence test", item);
  const auto draw = [&] { return core::normal(engine); };
  Data data{MatrixXd::NullaryExpr(rows, columns, draw), {}, VectorXd::NullaryExpr(columns, draw)};
  for (Eigen::Index k = 0; k < columns; ++k) data.x.col(k) *= std::pow(0.6, static_cast<double>(k));
  data.y = data.x * data.truth + noise * VectorXd::NullaryExpr(rows, draw);
  return data;
}

fit::RidgeProblem problem(const Data& data) {
  const Eigen::Index n = data.x.cols();
  const Eigen::HouseholderQR<MatrixXd> qr(data.x);
  const VectorXd turned = qr.householderQ().transpose() * data.y;
  return {MatrixXd(qr.matrixQR().topRows(n).triangularView<Eigen::Upper>()), turned.head(n),
          turned.tail(data.y.size() - n).squaredNorm(), static_cast<std::size_t>(data.y.size())};
}

VectorXd normal_equations(const Data& data, double strength) {
  const MatrixXd gram = data.x.transpose() * data.x;
  return (gram + strength * MatrixXd::Identity(gram.rows(), gram.cols()))
      .ldlt()
      .solve(data.x.transpose() * data.y);
}

/// log N(y; 0, s (1 + X Xᵀ/λ)) at the best s, by the covariance of all data.
double dense_log_evidence(const Data& data, double strength) {
  const auto rows = static_cast<double>(data.y.size());
  const MatrixXd covariance =
      MatrixXd::Identity(data.y.size(), data.y.size()) + data.x * data.x.transpose() / strength;
  const Eigen::LLT<MatrixXd> llt(covariance);
  const double variance = data.y.dot(llt.solve(data.y)) / rows;
  const double log_determinant = 2 * MatrixXd(llt.matrixL()).diagonal().array().log().sum();
  return -0.5 * (rows * (std::log(2 * core::pi * variance) + 1) + log_determinant);
}

}  // namespace

TEST_CASE("the solution at any strength is that of the normal equations") {
  const Data data = linear_data(60, 12, 0.1, 1);
  const fit::Ridge ridge(problem(data));
  for (double strength : {1e-6, 1e-2, 1.0, 50.0}) {
    const VectorXd expected = normal_equations(data, strength);
    CHECK((ridge.solve(strength) - expected).norm() < 1e-8 * expected.norm());
  }
}

TEST_CASE("the evidence is the density of the data under prior and noise") {
  const Data data = linear_data(40, 9, 0.2, 2);
  const fit::Ridge ridge(problem(data));
  for (double strength : {1e-3, 0.1, 2.0, 300.0})
    CHECK(ridge.log_evidence(strength) ==
          doctest::Approx(dense_log_evidence(data, strength)).epsilon(1e-8));
}

TEST_CASE("the chosen strength is near the ratio of noise to prior variance") {
  double logarithm = 0;
  for (std::uint64_t item = 0; item < 8; ++item) {
    const fit::Ridge ridge(problem(linear_data(300, 20, 0.1, 10 + item)));
    logarithm += std::log10(ridge.best_strength()) / 8;
  }
  CHECK(logarithm == doctest::Approx(-2).epsilon(0.25));
}

TEST_CASE("the chosen strength predicts unseen data better than the extremes") {
  double chosen = 0, weak = 0, strong = 0;
  for (std::uint64_t item = 0; item < 10; ++item) {
    const Data data = linear_data(24, 20, 0.3, 30 + item);
    const fit::Ridge ridge(problem(data));
    const MatrixXd scale = VectorXd::NullaryExpr(20, [](Eigen::Index k) {
                             return std::pow(0.6, static_cast<double>(k));
                           }).asDiagonal();
    const auto error = [&](double strength) {
      return (scale * (ridge.solve(strength) - data.truth)).squaredNorm();
    };
    chosen += error(ridge.best_strength());
    weak += error(1e-12);
    strong += error(1e3);
  }
  CHECK(chosen < 0.7 * weak);
  CHECK(chosen < 0.2 * strong);
}

TEST_CASE("data without noise are followed to the last digits; no data at all give nothing") {
  Data data = linear_data(50, 10, 0, 3);
  const fit::Ridge exact(problem(data));
  CHECK((exact.solve(exact.best_strength()) - data.truth).norm() < 1e-6);
  data.y.setZero();
  const fit::Ridge silent(problem(data));
  CHECK(silent.solve(silent.best_strength()).norm() == 0);
  const fit::Ridge empty({MatrixXd::Zero(3, 3), VectorXd::Zero(3), 1.0, 5});
  CHECK(empty.solve(empty.best_strength()).norm() == 0);
}

TEST_CASE("a single column") {
  const fit::Ridge ridge({MatrixXd::Constant(1, 1, 2.0), VectorXd::Constant(1, 3.0), 0.5, 4});
  CHECK(ridge.solve(1.0)[0] == doctest::Approx(2.0 * 3.0 / 5.0));
}

TEST_CASE("no row is believed further than the least noise") {
  Data data =
      linear_data(20, 20, 0, 4);  // as many functions as labels: anything can be met exactly
  fit::RidgeProblem exact = problem(data), doubted = exact;
  doubted.least_noise = 0.05;
  const fit::Ridge trusting(std::move(exact)), doubting(std::move(doubted));
  CHECK(trusting.noise_variance(trusting.best_strength()) < 1e-8);
  const double strength = doubting.best_strength();
  CHECK(doubting.noise_variance(strength) >= 0.05 * 0.05);
  CHECK(strength > 100 * trusting.best_strength());
  const MatrixXd covariance =
      0.05 * 0.05 * (MatrixXd::Identity(20, 20) + data.x * data.x.transpose() / 1e-4);
  const Eigen::LLT<MatrixXd> llt(covariance);
  const double density = -0.5 * (20 * std::log(2 * core::pi) + data.y.dot(llt.solve(data.y)) +
                                 2 * MatrixXd(llt.matrixL()).diagonal().array().log().sum());
  CHECK(doubting.log_evidence(1e-4) == doctest::Approx(density).epsilon(1e-8));
}
