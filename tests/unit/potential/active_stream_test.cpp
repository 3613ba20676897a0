#include "potential/active_stream.hpp"

#include <doctest/doctest.h>

#include <Eigen/LU>
#include <cmath>

#include "potential/active_set.hpp"
#include "random_columns.hpp"

using namespace mlip;
using Eigen::MatrixXd;
using synthetic::random_columns;

TEST_CASE("batches settle to a set that interpolates all atoms, its determinant never shrinking") {
  const MatrixXd atoms = random_columns(9, 6000);
  potential::ActiveStream stream(9, 1.001);
  CHECK(std::isinf(stream.log_determinant()));
  double before = -1e300;
  bool changed = true;
  for (int pass = 0; pass < 20 && changed; ++pass) {
    changed = false;
    for (Eigen::Index start = 0; start < 6000; start += 1000) {
      changed = stream.admit(atoms.middleCols(start, 1000)) || changed;
      CHECK(stream.log_determinant() >= before - 1e-9);
      before = stream.log_determinant();
    }
  }
  CHECK(!changed);
  CHECK(potential::extrapolation_grades(atoms, stream.inverse()).maxCoeff() <= 1.001 * (1 + 1e-5));
  const auto once = potential::active_set(atoms, 1.001);
  const double determinant = -std::log(std::abs(once.inverse.determinant()));
  CHECK(std::abs(stream.log_determinant() - determinant) < 0.5);  // another local maximum
}

TEST_CASE("no atoms, no change") {
  potential::ActiveStream stream(4, 1.01);
  CHECK(!stream.admit(MatrixXd(4, 0)));
  CHECK(stream.inverse() == MatrixXd::Identity(4, 4));
}
