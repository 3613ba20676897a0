#include "surrogate/harmonics.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace mlip;
using core::Vec3;

namespace {

const Vec3 here = Vec3(0.3, -0.7, 0.5).normalized(), there = Vec3(-0.9, 0.2, 0.4).normalized();

double legendre(int l, double x) {
  const double values[] = {1, x, (3 * x * x - 1) / 2, (5 * x * x * x - 3 * x) / 2};
  return values[l];
}

}  // namespace

TEST_CASE("harmonics of two directions sum to (2l + 1) P_l of the angle between them") {
  const auto a = surrogate::harmonics(here, 3), b = surrogate::harmonics(there, 3);
  for (int l = 0; l <= 3; ++l) {
    double sum = 0;
    for (int k = l * l; k < (l + 1) * (l + 1); ++k) sum += a[std::size_t(k)] * b[std::size_t(k)];
    CHECK(sum == doctest::Approx((2 * l + 1) * legendre(l, here.dot(there))).epsilon(1e-12));
  }
}

TEST_CASE("order and signs are those of e3nn") {
  const auto z = surrogate::harmonics(Vec3(0, 0, 1), 3), y = surrogate::harmonics(Vec3(0, 1, 0), 3);
  CHECK(z[3] == doctest::Approx(std::sqrt(3.0)));
  CHECK(z[6] == doctest::Approx(-std::sqrt(5.0) / 2));
  CHECK(z[8] == doctest::Approx(std::sqrt(15.0) / 2));
  CHECK(y[6] == doctest::Approx(std::sqrt(5.0)));
  CHECK(y[12] == doctest::Approx(std::sqrt(7.0)));
  CHECK(surrogate::harmonics(here, 1)[4] == 0);
}

TEST_CASE("the gradient is that of finite differences, along the sphere") {
  constexpr double step = 1e-5;
  for (std::size_t k = 1; k < 16; ++k) {
    surrogate::Harmonics pick = {};
    pick[k] = 1;
    const Vec3 gradient = surrogate::harmonics_along(here, 3, pick);
    CHECK(std::abs(gradient.dot(here)) < 1e-12);
    for (int axis = 0; axis < 3; ++axis) {
      const Vec3 shift = step * Vec3::Unit(axis);
      const double slope = (surrogate::harmonics((here + shift).normalized(), 3)[k] -
                            surrogate::harmonics((here - shift).normalized(), 3)[k]) /
                           (2 * step);
      CHECK(std::abs(gradient[axis] - slope) < 1e-8);
    }
  }
}
