#include "validate/equation_of_state.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "core/units.hpp"
#include "pair_model.hpp"

using namespace mlip;
using validate::EosPoint;

namespace {

double birch_murnaghan(double v, double v0, double e0, double b_gpa, double bp) {
  const double b = b_gpa / core::gpa_per_ev_per_a3;
  const double x = std::pow(v0 / v, 2.0 / 3), d = x - 1;
  return e0 + 9.0 / 16 * v0 * b * (d * d * d * bp + d * d * (6 - 4 * x));
}

std::vector<EosPoint> scan(double low, double high, int count) {
  std::vector<EosPoint> points;
  for (int k = 0; k < count; ++k) {
    const double v = low + (high - low) * k / (count - 1);
    points.push_back({v, birch_murnaghan(v, 16.3, -3.6, 98.7, 4.3)});
  }
  return points;
}

}  // namespace

TEST_CASE("exact Birch-Murnaghan data give their parameters back") {
  std::vector<EosPoint> points = scan(14.1, 18.9, 9);
  std::swap(points[2], points[7]);
  const auto eos = validate::fit_eos(points, 16.0, 4.0);
  REQUIRE(eos.has_value());
  CHECK(eos->volume == doctest::Approx(16.3).epsilon(1e-9));
  CHECK(eos->energy == doctest::Approx(-3.6).epsilon(1e-11));
  CHECK(eos->bulk_modulus_gpa == doctest::Approx(98.7).epsilon(1e-7));
  CHECK(eos->bulk_derivative == doctest::Approx(4.3).epsilon(1e-6));
  CHECK(eos->lattice_constant == doctest::Approx(4.0 * std::cbrt(16.3 / 16.0)).epsilon(1e-9));
  CHECK(eos->rms_residual_ev < 1e-11);
  CHECK(eos->points.front().volume == doctest::Approx(14.1));
  CHECK(eos->points.size() == 9);
}

TEST_CASE("four points are enough and three are not") {
  CHECK(validate::fit_eos(scan(14.1, 18.9, 4), 16, 4).has_value());
  CHECK_FALSE(validate::fit_eos(scan(14.1, 18.9, 3), 16, 4).has_value());
}

TEST_CASE("no equation of state where the minimum lies outside the points") {
  CHECK_FALSE(validate::fit_eos(scan(17.0, 19.0, 7), 16, 4).has_value());
  CHECK_FALSE(validate::fit_eos(scan(13.0, 15.9, 7), 16, 4).has_value());
}

TEST_CASE("no equation of state from a maximum, a line or a number that is none") {
  std::vector<EosPoint> hill, line, broken = scan(14, 19, 6);
  for (int k = 0; k < 7; ++k) {
    hill.push_back({14.0 + k, -std::pow(k - 3.0, 2)});
    line.push_back({14.0 + k, 0.3 * k});
  }
  broken[1].energy = std::nan("");
  CHECK_FALSE(validate::fit_eos(hill, 16, 4).has_value());
  CHECK_FALSE(validate::fit_eos(line, 16, 4).has_value());
  CHECK_FALSE(validate::fit_eos(broken, 16, 4).has_value());
}

TEST_CASE("the residual is the scatter about the curve") {
  std::vector<EosPoint> points = scan(14, 19, 41);
  for (std::size_t k = 0; k < points.size(); ++k) points[k].energy += k % 2 == 0 ? 1e-3 : -1e-3;
  const auto eos = validate::fit_eos(points, 16, 4);
  REQUIRE(eos.has_value());
  CHECK(eos->rms_residual_ev == doctest::Approx(1e-3).epsilon(0.05));
  CHECK(eos->volume == doctest::Approx(16.3).epsilon(5e-3));
}

TEST_CASE("the scan is even in linear strain and keeps the shape") {
  const auto cells =
      validate::eos_structures(pair_model::crystal(4, pair_model::fcc_sites()), 0.05, 5);
  REQUIRE(cells.size() == 5);
  const double expected[] = {0.95, 0.975, 1, 1.025, 1.05};
  for (std::size_t k = 0; k < 5; ++k) {
    CHECK(cells[k].cell.vectors(1, 1) == doctest::Approx(4 * expected[k]));
    CHECK(cells[k].positions[3].x() == doctest::Approx(2 * expected[k]));
  }
  CHECK(validate::eos_structures(cells[2], 0.05, 1)[0].cell.vectors == cells[2].cell.vectors);
  CHECK(validate::eos_structures(cells[2], 0.05, 0).empty());
}
