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

/// Has an answer that is no number once a relaxation has begun.
class Failing final : public potential::Calculator {
 public:
  [[nodiscard]] double cutoff() const override { return argon.cutoff(); }
  [[nodiscard]] potential::Evaluation evaluate(const core::Structure& structure,
                                               const potential::Request& request) const override {
    auto evaluation = argon.evaluate(structure, request);
    if (calls++ > 2) evaluation.forces[0] = core::Vec3::Constant(std::nan(""));
    return evaluation;
  }

 private:
  mutable int calls = 0;
};

/// Pulls every cell together.
class Collapsing final : public potential::Calculator {
 public:
  [[nodiscard]] double cutoff() const override { return 1; }
  [[nodiscard]] potential::Evaluation evaluate(const core::Structure& structure,
                                               const potential::Request&) const override {
    potential::Evaluation evaluation;
    evaluation.forces.assign(structure.size(), core::Vec3::Zero());
    evaluation.virial = -structure.cell.volume() * core::Mat3::Identity();
    return evaluation;
  }
};

}  // namespace

TEST_CASE("a relaxation ends, not converged, where the model has no answer or the cell collapses") {
  const auto is_finite = [](const core::Structure& structure) {
    return structure.cell.vectors.allFinite() && structure.positions[0].allFinite();
  };
  const auto cell = potential::relax_cell(stretched_argon(), Failing(), {.steps = 100});
  CHECK_FALSE(cell.converged);
  CHECK(cell.steps == 3);
  CHECK(is_finite(cell.structure));
  auto off = stretched_argon();
  off.positions[0].x() += 0.3;
  const auto positions = potential::relax_positions(off, Failing(), {.steps = 100});
  CHECK_FALSE(positions.converged);
  CHECK(is_finite(positions.structure));
  const auto collapsed = potential::relax_cell(stretched_argon(), Collapsing(), {.steps = 100000});
  CHECK_FALSE(collapsed.converged);
  CHECK(collapsed.structure.cell.volume() > 0.05 * stretched_argon().cell.volume());
}

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
