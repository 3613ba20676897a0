#include "validate/elastic.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "core/units.hpp"
#include "pair_model.hpp"
#include "validate/equation_of_state.hpp"

using namespace mlip;

namespace {

pair_model::Pair springs(double first_length, double first, double second_length, double second) {
  const double between = (first_length + second_length) / 2;
  return [=](double r) {
    const double k = r < between ? first : second;
    const double d = r - (r < between ? first_length : second_length);
    return std::pair{k * d * d / 2, k * d};
  };
}

pair_model::PairModel silicon_springs(double a) {
  return {springs(a * std::sqrt(3) / 4, 8.0, a / std::sqrt(2), 1.0), 0.77 * a, 2};
}

}  // namespace

TEST_CASE("springs between nearest neighbours of fcc: C11 = 2k/a, C12 = C44 = k/a") {
  const double a = 4, k = 3;
  const pair_model::PairModel model(springs(a / std::sqrt(2), k, a, k), 0.85 * a, 1);
  const auto elastic = validate::cubic_elastic_constants(
      pair_model::crystal(a, pair_model::fcc_sites()), model, {.strain = 1e-3});
  CHECK(elastic.converged);
  CHECK(elastic.c11_gpa == doctest::Approx(2 * k / a * core::gpa_per_ev_per_a3).epsilon(1e-4));
  CHECK(elastic.c12_gpa == doctest::Approx(k / a * core::gpa_per_ev_per_a3).epsilon(1e-4));
  CHECK(elastic.c44_gpa == doctest::Approx(k / a * core::gpa_per_ev_per_a3).epsilon(1e-4));
  CHECK(elastic.mechanically_stable());
}

TEST_CASE(
    "B = (C11 + 2 C12)/3 agrees with the equation of state; pair forces obey Cauchy's relation") {
  const pair_model::PairModel model(pair_model::lennard_jones(0.4, 2.6, 6), 6, 2);
  const core::Structure guess = pair_model::crystal(4.05, pair_model::fcc_sites());
  std::vector<validate::EosPoint> points;
  for (const core::Structure& cell : validate::eos_structures(guess, 0.02, 11))
    points.push_back({cell.cell.volume() / 4, model.evaluate(cell).energy / 4});
  const auto eos = validate::fit_eos(points, guess.cell.volume() / 4, 4.05);
  REQUIRE(eos.has_value());
  const auto elastic = validate::cubic_elastic_constants(
      pair_model::crystal(eos->lattice_constant, pair_model::fcc_sites()), model,
      {.relax_internal = false});
  CHECK(elastic.bulk_modulus_gpa() == doctest::Approx(eos->bulk_modulus_gpa).epsilon(5e-3));
  CHECK(elastic.c12_gpa == doctest::Approx(elastic.c44_gpa).epsilon(5e-3));
}

TEST_CASE("C44 of diamond needs the internal relaxation and then is the curvature of the energy") {
  const double a = 5.4, shear = 4e-3;
  const pair_model::PairModel model = silicon_springs(a);
  const core::Structure crystal = pair_model::crystal(a, pair_model::diamond_sites());
  const auto clamped = validate::cubic_elastic_constants(crystal, model, {.relax_internal = false});
  const auto relaxed = validate::cubic_elastic_constants(crystal, model);
  CHECK(relaxed.converged);
  CHECK(relaxed.c44_gpa < 0.8 * clamped.c44_gpa);
  CHECK(relaxed.c11_gpa == doctest::Approx(clamped.c11_gpa).epsilon(1e-3));

  core::Mat3 strain = core::Mat3::Zero();
  strain(1, 2) = strain(2, 1) = shear / 2;
  const auto up = potential::relax_positions(core::strained(crystal, strain), model);
  const auto down = potential::relax_positions(core::strained(crystal, -strain), model);
  const double curvature =
      (up.evaluation.energy + down.evaluation.energy) / (shear * shear * crystal.cell.volume());
  CHECK(relaxed.c44_gpa == doctest::Approx(curvature * core::gpa_per_ev_per_a3).epsilon(0.01));
}

TEST_CASE("relaxation leaves the cell, lowers the energy and says when it does not settle") {
  const double a = 5.4;
  const pair_model::PairModel model = silicon_springs(a);
  core::Structure rattled = pair_model::crystal(a, pair_model::diamond_sites());
  rattled.positions[1] += core::Vec3(0.1, -0.05, 0.08);
  const double before = model.evaluate(rattled).energy;
  const auto relaxed = potential::relax_positions(rattled, model);
  CHECK(relaxed.converged);
  CHECK(relaxed.evaluation.energy < 1e-6);
  CHECK(before > 1e-2);
  CHECK(relaxed.structure.cell == rattled.cell);
  CHECK_FALSE(potential::relax_positions(rattled, model, {.steps = 2}).converged);
  CHECK(potential::relax_positions(core::Structure{}, model).converged);
}

TEST_CASE("an unstable crystal is called so") {
  CHECK_FALSE(
      validate::CubicElastic{.c11_gpa = 10, .c12_gpa = 12, .c44_gpa = 5}.mechanically_stable());
  CHECK_FALSE(
      validate::CubicElastic{.c11_gpa = 20, .c12_gpa = 12, .c44_gpa = -1}.mechanically_stable());
}
