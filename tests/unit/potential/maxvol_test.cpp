#include "potential/maxvol.hpp"

#include <doctest/doctest.h>

#include <Eigen/LU>
#include <Eigen/SVD>
#include <cmath>
#include <set>

#include "core/seed.hpp"
#include "potential/exchange.hpp"

using namespace mlip;
using Eigen::MatrixXd;

namespace {

MatrixXd random_matrix(Eigen::Index rows, Eigen::Index columns, std::uint64_t item) {
  auto engine = core::random_engine(7, "maxvol test", item);
  return MatrixXd::NullaryExpr(rows, columns, [&] { return core::normal(engine); });
}

MatrixXd chosen(const MatrixXd& tall, const potential::ActiveRows& active) {
  MatrixXd square(tall.cols(), tall.cols());
  for (Eigen::Index k = 0; k < tall.cols(); ++k)
    square.row(k) = tall.row(active.rows[static_cast<std::size_t>(k)]);
  return square;
}

double largest_volume(const MatrixXd& tall) {
  const auto rows = tall.rows();
  double best = 0;
  for (Eigen::Index a = 0; a < rows; ++a)
    for (Eigen::Index b = 0; b < a; ++b)
      for (Eigen::Index c = 0; c < b; ++c) {
        Eigen::Matrix3d square;
        square << tall.row(a), tall.row(b), tall.row(c);
        best = std::max(best, std::abs(square.determinant()));
      }
  return best;
}

double grade(const Eigen::RowVectorXd& b, const potential::ActiveRows& active) {
  return (b * active.inverse).cwiseAbs().maxCoeff();
}

}  // namespace

TEST_CASE("no row extrapolates beyond the tolerance and the inverse is that of the chosen rows") {
  for (std::uint64_t item = 0; item < 4; ++item) {
    MatrixXd tall = random_matrix(400, 25, item);
    for (Eigen::Index k = 0; k < 25; ++k)
      tall.col(k) *= std::pow(10.0, static_cast<double>(k) / 2 - 6);
    const potential::ActiveRows active = potential::maxvol(tall, 1.01, 1000);
    CHECK((tall * active.inverse).cwiseAbs().maxCoeff() <= 1.01 * (1 + 1e-9));
    CHECK((chosen(tall, active) * active.inverse - MatrixXd::Identity(25, 25)).norm() < 1e-9);
    CHECK(std::set<int>(active.rows.begin(), active.rows.end()).size() == 25);
  }
}

TEST_CASE("every exchange enlarges the determinant") {
  const MatrixXd tall = random_matrix(300, 12, 11);
  double before = -1e300;
  bool grew = false;
  for (int iterations = 0; iterations < 30; ++iterations) {
    const double now =
        std::log(std::abs(chosen(tall, potential::maxvol(tall, 1.0, iterations)).determinant()));
    CHECK(now >= before - 1e-12);
    grew = grew || (iterations > 0 && now > before + 1e-3);
    before = now;
  }
  CHECK(grew);
}

TEST_CASE("exchanged in blocks, coordinates are those of the rows that were chosen") {
  constexpr Eigen::Index n = 30, rows = 900;
  const MatrixXd tall = random_matrix(rows, n, 17);
  MatrixXd coordinates = tall.topRows(n).transpose().fullPivLu().solve(tall.transpose());
  std::vector<Eigen::Index> places(n);
  for (Eigen::Index k = 0; k < n; ++k) places[static_cast<std::size_t>(k)] = k;
  const auto exchanges = potential::exchange_rows(coordinates, 1.01, 10000, 0);
  for (const potential::Exchange& each : exchanges)
    places[static_cast<std::size_t>(each.place)] = each.row;
  CHECK(coordinates.cwiseAbs().maxCoeff() <= 1.01);
  const MatrixXd square = tall(places, Eigen::all);
  CHECK((square.transpose() * coordinates - tall.transpose()).norm() < 1e-8);
  const MatrixXd one_by_one = chosen(tall, potential::maxvol(tall, 1.01));
  CHECK(std::log(std::abs(square.determinant())) >
        std::log(std::abs(one_by_one.determinant())) - 1);
}

TEST_CASE("tiny cases come close to the largest volume of all choices, and often reach it") {
  int reached = 0;
  for (std::uint64_t item = 0; item < 20; ++item) {
    const MatrixXd tall = random_matrix(9, 3, 100 + item);
    const double volume = std::abs(chosen(tall, potential::maxvol(tall, 1.0)).determinant());
    const double best = largest_volume(tall);
    CHECK(volume <= best * (1 + 1e-12));
    CHECK(volume >= best / std::pow(3.0, 1.5));
    reached += volume > best * (1 - 1e-9) ? 1 : 0;
  }
  CHECK(reached >= 15);
}

TEST_CASE("columns of any scale choose the same rows") {
  const MatrixXd tall = random_matrix(200, 10, 5);
  Eigen::VectorXd scales(10);
  for (Eigen::Index k = 0; k < 10; ++k) scales[k] = std::ldexp(1.0, static_cast<int>(7 * k) - 30);
  CHECK(potential::maxvol(tall).rows == potential::maxvol(tall * scales.asDiagonal()).rows);
}

TEST_CASE("dependent columns: inside the span as before, outside it the grade is huge") {
  const MatrixXd span = random_matrix(4, 6, 3);
  const MatrixXd tall = random_matrix(80, 4, 4) * span;
  const potential::ActiveRows active = potential::maxvol(tall);
  CHECK(std::ranges::count(active.rows, -1) == 2);
  for (Eigen::Index row = 0; row < tall.rows(); ++row) CHECK(grade(tall.row(row), active) < 1.02);
  const Eigen::RowVectorXd outside = span.fullPivLu().kernel().col(0).transpose();
  CHECK(grade(outside, active) > 1e5);
}

TEST_CASE("fewer rows than columns, a zero column and no rows at all") {
  MatrixXd wide = random_matrix(3, 8, 9);
  wide.col(2).setZero();
  const potential::ActiveRows active = potential::maxvol(wide);
  CHECK(std::ranges::count(active.rows, -1) == 5);
  for (Eigen::Index row = 0; row < 3; ++row)
    CHECK(grade(wide.row(row), active) == doctest::Approx(1).epsilon(1e-2));
  CHECK(grade(Eigen::RowVectorXd::Unit(8, 2), active) > 1e5);
  const potential::ActiveRows empty = potential::maxvol(MatrixXd(0, 4));
  CHECK(empty.rows == std::vector<int>(4, -1));
  CHECK(grade(Eigen::RowVectorXd::Ones(4), empty) > 1e5);
  CHECK(potential::maxvol(MatrixXd(5, 0)).rows.empty());
}

TEST_CASE("an isolated atom, whose projections vanish, has grade zero") {
  const potential::ActiveRows active = potential::maxvol(random_matrix(50, 6, 21));
  CHECK(grade(Eigen::RowVectorXd::Zero(6), active) == 0);
}

TEST_CASE("a singular matrix has no inverse") {
  CHECK_FALSE(potential::inverse(MatrixXd{{1, 2}, {2, 4}}));
  const auto inverted = potential::inverse(MatrixXd{{0, 2}, {4, 0}});
  REQUIRE(inverted);
  CHECK(inverted->isApprox(MatrixXd{{0, 0.25}, {0.5, 0}}));
}
