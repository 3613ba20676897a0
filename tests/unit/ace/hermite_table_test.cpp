#include "ace/hermite_table.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace mlip;

namespace {

void cubic(double r, std::span<double> f, std::span<double> df) {
  f[0] = 1 + r * (2 + r * (-3 + r));
  df[0] = 2 + r * (-6 + 3 * r);
  f[1] = std::sin(r);
  df[1] = std::cos(r);
}

struct Point {
  double f[2], df[2];
};

Point at(const ace::HermiteTable& table, double r) {
  Point point;
  double spread[4] = {};
  table.evaluate(r, spread, spread + 1, 2);
  point = {{spread[0], spread[2]}, {spread[1], spread[3]}};
  return point;
}

}  // namespace

TEST_CASE("a cubic is met everywhere, its first bin too, a sine to the fourth power of the bins") {
  const ace::HermiteTable table(2, 3, 0.1, cubic);
  for (double r : {0.01, 0.1, 0.15, 1.234, 2.89}) {
    double f[2], df[2];
    cubic(r, f, df);
    const Point found = at(table, r);
    CHECK(found.f[0] == doctest::Approx(f[0]).epsilon(1e-12));
    CHECK(found.df[0] == doctest::Approx(df[0]).epsilon(1e-11));
    if (r >= 0.1) CHECK(std::abs(found.f[1] - f[1]) < 1e-4 / 384);
    if (r >= 0.1) CHECK(std::abs(found.df[1] - df[1]) < 1e-3 / 40);
  }
}

TEST_CASE("beyond the end everything is zero") {
  const ace::HermiteTable table(2, 3, 0.1, cubic);
  for (double r : {3.2, 17.0})
    for (double each : {at(table, r).f[0], at(table, r).df[0], at(table, r).f[1]}) CHECK(each == 0);
}
