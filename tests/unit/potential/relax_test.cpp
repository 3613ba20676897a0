#include "potential/relax.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "potential/lennard_jones.hpp"

using namespace mlip;

namespace {

const potential::LennardJones argon({{18, {0.0104, 3.4}}}, 8.0);

core::Structure stretched_argon() {
  core::Structure cell;
  cell.cell = {core::Mat3::Identity() * 5.6, {true, true, true}};
  for (const core::Vec3& place :
       {core::Vec3(0, 0, 0), core::Vec3(0, .5, .5), core::Vec3(.5, 0, .5), core::Vec3(.5, .5, 0)}) {
    cell.numbers.push_back(18);
    cell.positions.emplace_back(5.6 * place);
  }
  core::Mat3 strain = core::Mat3::Zero();
  strain(0, 1) = strain(1, 0) = 0.03;
  strain(2, 2) = -0.05;
  return core::strained(cell, strain);
}

}  // namespace

TEST_CASE("a strained crystal relaxes to the cubic cell of least energy") {
  const auto relaxed = potential::relax_cell(stretched_argon(), argon,
                                             {.force_tolerance = 1e-5, .steps = 2000}, 0, 1e-7);
  CHECK(relaxed.converged);
  const core::Mat3 metric =
      relaxed.structure.cell.vectors * relaxed.structure.cell.vectors.transpose();
  CHECK(std::abs(metric(0, 1)) < 1e-3 * metric(0, 0));
  CHECK(metric(2, 2) == doctest::Approx(metric(0, 0)).epsilon(1e-3));
  for (const double strain : {-0.002, 0.002}) {
    const auto other = core::strained(relaxed.structure, strain * core::Mat3::Identity());
    CHECK(argon.evaluate(other).energy > relaxed.evaluation.energy);
  }
}

TEST_CASE("a pressure makes the cell as small as it says") {
  const double pressure = 0.01;
  const auto relaxed = potential::relax_cell(
      stretched_argon(), argon, {.force_tolerance = 1e-5, .steps = 2000}, pressure, 1e-7);
  CHECK(relaxed.converged);
  // −dE/dV by differences
  const auto energy = [&](double strain) {
    return argon.evaluate(core::strained(relaxed.structure, strain * core::Mat3::Identity()))
        .energy;
  };
  const double slope = (energy(1e-4) - energy(-1e-4)) / 2e-4;
  CHECK(-slope / (3 * relaxed.structure.cell.volume()) == doctest::Approx(pressure).epsilon(1e-3));
  CHECK_FALSE(potential::relax_cell(stretched_argon(), argon, {.steps = 2}).converged);
}
