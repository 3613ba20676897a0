#include "ace/spherical_harmonics.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "core/vector.hpp"

using namespace mlip;

namespace {

struct Values {
  std::vector<double> y, x_slope, y_slope, z_slope;
};

Values evaluate(const ace::SphericalHarmonics& harmonics, const core::Vec3& r) {
  const auto n = static_cast<std::size_t>(harmonics.size());
  ace::LaneBuffer factors, rows;
  factors.resize(4 * n);
  rows.resize(4 * n);
  const core::Vec3 unit = r.normalized();
  ace::Lane u[3], one;
  for (int c = 0; c < 3; ++c) ace::fill(u[c], unit[c]);
  ace::fill(one, 1);
  ace::Lane* f = factors.data();
  const ace::HarmonicFactors places = {f, f + n, f + 2 * n, f + 3 * n};
  harmonics.evaluate(u, places);
  harmonics.differentiate(u, one, places, rows.data());
  Values v;
  for (std::size_t i = 0; i < n; ++i)
    for (int c = 0; auto* each : {&v.y, &v.x_slope, &v.y_slope, &v.z_slope})
      each->push_back(rows.data()[4 * i + static_cast<std::size_t>(c++)][0]);
  return v;
}

const core::Vec3 places[] = {{0.3, -0.7, 0.5}, {0, 0, 2}, {0, 0, -1.5}, {-1, 0, 0}, {1e-9, 0, 1}};

}  // namespace

TEST_CASE("the first harmonics have their closed forms") {
  const ace::SphericalHarmonics harmonics(2);
  const core::Vec3 u = core::Vec3(0.3, -0.7, 0.5).normalized();
  const Values v = evaluate(harmonics, u);
  CHECK(v.y[0] == doctest::Approx(1));
  CHECK(v.y[1] == doctest::Approx(std::sqrt(3.0) * u.z()));
  CHECK(v.y[2] == doctest::Approx(-std::sqrt(1.5) * u.x()));
  CHECK(v.y[3] == doctest::Approx(-std::sqrt(1.5) * u.y()));
  CHECK(v.y[4] == doctest::Approx(std::sqrt(5.0) / 2 * (3 * u.z() * u.z() - 1)));
  CHECK(v.y[5] == doctest::Approx(-std::sqrt(7.5) * u.x() * u.z()));
  CHECK(v.y[7] == doctest::Approx(std::sqrt(7.5) / 2 * (u.x() * u.x() - u.y() * u.y())));
  CHECK(v.y[8] == doctest::Approx(std::sqrt(7.5) * u.x() * u.y()));
}

TEST_CASE("harmonics of one l sum to 2l + 1 in square, at the poles too") {
  const ace::SphericalHarmonics harmonics(12);
  for (const core::Vec3& r : places) {
    const Values v = evaluate(harmonics, r);
    for (int l = 0; l <= 12; ++l) {
      double sum = 0;
      for (int k = l * l; k < (l + 1) * (l + 1); ++k)
        sum += (k == l * l ? 1 : 2) * v.y[static_cast<std::size_t>(k)] *
               v.y[static_cast<std::size_t>(k)];
      CHECK(sum == doctest::Approx(2 * l + 1).epsilon(1e-12));
    }
  }
}

TEST_CASE("gradients are finite differences, at the poles too") {
  const ace::SphericalHarmonics harmonics(6);
  constexpr double h = 1e-5;
  for (const core::Vec3& r : places)
    for (int c = 0; c < 3; ++c) {
      core::Vec3 plus = r, minus = r;
      plus[c] += h;
      minus[c] -= h;
      const Values center = evaluate(harmonics, r), up = evaluate(harmonics, plus),
                   down = evaluate(harmonics, minus);
      const auto& slopes = c == 0 ? center.x_slope : c == 1 ? center.y_slope : center.z_slope;
      for (std::size_t k = 0; k < slopes.size(); ++k)
        CHECK(std::abs((up.y[k] - down.y[k]) / (2 * h) - slopes[k] / r.norm()) < 1e-7);
    }
}
