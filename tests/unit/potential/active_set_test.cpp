#include "potential/active_set.hpp"

#include <doctest/doctest.h>

#include <set>

#include "random_columns.hpp"

using namespace mlip;
using Eigen::MatrixXd;
using synthetic::random_columns;

TEST_CASE("atoms of all batches are interpolated by the set, which names its own atoms") {
  const MatrixXd projections = random_columns(8, 20000);
  const potential::ActiveRows active = potential::active_set(projections, 1.01, 3000);
  const Eigen::VectorXd grades = potential::extrapolation_grades(projections, active.inverse);
  CHECK(grades.maxCoeff() <= 1.01 * (1 + 1e-5));
  CHECK(std::set<int>(active.rows.begin(), active.rows.end()).size() == 8);
  CHECK(*std::ranges::max_element(active.rows) >= 3000);
  for (std::size_t k = 0; k < 8; ++k) {
    const Eigen::RowVectorXd unit = projections.col(active.rows[k]).transpose() * active.inverse;
    CHECK((unit - Eigen::RowVectorXd::Unit(8, static_cast<Eigen::Index>(k))).norm() < 1e-9);
  }
}

TEST_CASE("one batch is plain MaxVol") {
  const MatrixXd projections = random_columns(6, 300);
  CHECK(potential::active_set(projections).rows == potential::maxvol(projections.transpose()).rows);
}

TEST_CASE("a direction that only the last batch has is found") {
  MatrixXd projections = random_columns(5, 9000);
  projections.row(3).head(8999).setZero();
  const potential::ActiveRows active = potential::active_set(projections, 1.01, 4000);
  CHECK(std::ranges::count(active.rows, -1) == 0);
  CHECK(std::ranges::count(active.rows, 8999) == 1);
}

TEST_CASE("a direction that no batch has stays completed") {
  MatrixXd projections = random_columns(5, 3000);
  projections.row(3) = 2 * projections.row(1);
  const potential::ActiveRows active = potential::active_set(projections, 1.01, 500);
  CHECK(std::ranges::count(active.rows, -1) == 1);
  CHECK(potential::extrapolation_grades(projections, active.inverse).maxCoeff() <= 1.02);
  CHECK(potential::extrapolation_grades(Eigen::VectorXd::Unit(5, 3), active.inverse)[0] > 1e5);
}

TEST_CASE("no atoms and no functions") {
  CHECK(potential::active_set(MatrixXd(3, 0)).rows == std::vector<int>(3, -1));
  CHECK(potential::extrapolation_grades(MatrixXd(3, 0), MatrixXd::Identity(3, 3)).size() == 0);
  CHECK(potential::active_set(MatrixXd(0, 4)).rows.empty());
}

TEST_CASE("spread rows give directions no atom spans a finite grade") {
  const Eigen::Index n = 12, atoms = 5;
  Eigen::MatrixXd few(n, atoms);
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index a = 0; a < atoms; ++a)
      few(i, a) = 1 + std::sin(1.7 * double(i * i) + 2.3 * double(a));
  const auto bare = mlip::potential::active_set(few);
  const auto spread = mlip::potential::active_set(mlip::potential::with_spread(few, 0.1));
  CHECK(mlip::potential::extrapolation_grades(few, spread.inverse).maxCoeff() < 1.02);
  Eigen::MatrixXd away = few.col(0);
  away(3, 0) += 0.5;  // about 0.7 of the spread: seven tenths
  const double grade = mlip::potential::extrapolation_grades(away, spread.inverse).maxCoeff();
  CHECK(grade > 2);
  CHECK(grade < 30);
  CHECK(mlip::potential::extrapolation_grades(away, bare.inverse).maxCoeff() > 1e4);
}

TEST_CASE("functions that vanish on all atoms do not spoil the active set") {
  Eigen::MatrixXd some = Eigen::MatrixXd::Random(6, 40);
  some.row(2).setZero();
  const auto active = mlip::potential::active_set(mlip::potential::with_spread(some, 0.1));
  CHECK(active.inverse.allFinite());
  CHECK(mlip::potential::extrapolation_grades(some, active.inverse).maxCoeff() < 1.02);
}

TEST_CASE("atoms alike but for rounding and nearly dependent functions leave a regular set") {
  for (int item = 0; item < 20; ++item) {
    // Singular values fall over 20 decades, as those of descriptors do.
    MatrixXd fall = random_columns(120, 120 + item).leftCols(120);
    for (Eigen::Index k = 0; k < 120; ++k) fall.col(k) *= std::pow(10.0, -20.0 * double(k) / 120);
    const MatrixXd few = fall * random_columns(120, 100);
    MatrixXd projections(120, 400);
    for (Eigen::Index atom = 0; atom < 400; ++atom)
      projections.col(atom) = few.col(atom % 100) * (1 + 1e-15 * static_cast<double>(atom / 100));
    CHECK(potential::active_set(projections).inverse.allFinite());
  }
}
