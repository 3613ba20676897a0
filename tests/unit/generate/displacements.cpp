#include <doctest/doctest.h>

#include <Eigen/LU>
#include <cmath>
#include <map>

#include "core/error.hpp"
#include "core/seed.hpp"
#include "core/units.hpp"
#include "generate/generate.hpp"
#include "generate/phonons.hpp"
#include "generate/prototype.hpp"
#include "generate/rattle.hpp"
#include "generate/roomy_cell.hpp"
#include "generate/strain.hpp"
#include "potential/lennard_jones.hpp"

using namespace mlip;

namespace {

core::Structure fcc_argon(double constant) {
  return generate::build(generate::conventional_cell("fcc", 1), constant, {18});
}

double volume_ratio(const core::Structure& a, const core::Structure& b) {
  return a.cell.volume() / b.cell.volume();
}

}  // namespace

TEST_CASE("a grid of strains has each kind on both sides, at the volumes that follow") {
  const auto cell = fcc_argon(5.2);
  generate::StrainOptions options;
  options.deformations = 4;
  const auto grid = generate::strain_grid(cell, options);
  std::map<std::string, int> counts;
  for (const auto& candidate : grid) {
    ++counts[candidate.config_type];
    CHECK(candidate.structure.size() == 4);
    if (candidate.config_type == "uniaxial")
      CHECK(std::abs(volume_ratio(candidate.structure, cell) - 1) <= 0.04 + 1e-9);
    // Atoms follow the cell
    const auto place = candidate.structure.to_fractional(candidate.structure.positions[1]).value;
    CHECK((place - cell.to_fractional(cell.positions[1]).value).norm() < 1e-12);
  }
  CHECK(counts == std::map<std::string, int>{
                      {"volume", 6}, {"uniaxial", 18}, {"shear", 18}, {"deformation", 4}});
  CHECK(volume_ratio(grid[0].structure, cell) == doctest::Approx(std::pow(0.94, 3)));
  CHECK(volume_ratio(grid[5].structure, cell) == doctest::Approx(std::pow(1.06, 3)));
  // No rotation: what takes the old cell to the new one is symmetric
  const core::Mat3 gradient = cell.cell.vectors.inverse() * grid.back().structure.cell.vectors;
  CHECK((gradient - gradient.transpose()).norm() < 1e-12);
  options.volumetric = options.uniaxial = options.shear = options.finite = 0;
  CHECK(generate::strain_grid(cell, options).empty());
}

TEST_CASE("a Monte Carlo rattle displaces as told where there is room, and never too close") {
  const auto cell = core::repeat(fcc_argon(5.26), {4, 4, 4});
  const auto free = generate::monte_carlo_rattled(cell, {.amplitude = 0.1, .closest = 0.75}, 1);
  CHECK(free.amplitude == doctest::Approx(0.1).epsilon(0.06));
  // Crowded: 3.72 Å at rest, and none may come nearer than 1.65 × 2.12 Å
  const generate::MonteCarloRattle tight{.amplitude = 0.3, .closest = 1.65};
  const auto crowded = generate::monte_carlo_rattled(cell, tight, 2);
  CHECK(generate::distances_allowed(crowded.structure, 1.65));
  CHECK_FALSE(generate::distances_allowed(generate::rattled(cell, 0.3, 2), 1.65));
  CHECK(crowded.amplitude > 0.05);
  CHECK(crowded.amplitude < 0.25);
  CHECK(generate::monte_carlo_rattled(cell, tight, 2).structure.positions ==
        crowded.structure.positions);
  CHECK_THROWS_WITH_AS((void)generate::monte_carlo_rattled(cell, {.closest = 2}, 1),
                       doctest::Contains("3.719 Å apart"), core::UserError);
}

TEST_CASE("phonons by translation are those of the whole supercell") {
  const potential::LennardJones argon({{18, {0.0104, 3.4}}}, 7.0);
  const auto symmetry = generate::find_symmetry(fcc_argon(5.2));
  const Eigen::Matrix3i combinations = generate::roomy_combinations(symmetry, 7);
  const auto modes = generate::phonons(argon, symmetry.primitive, combinations, 2);
  const auto cell = generate::repeated(symmetry.primitive, combinations);
  const auto whole = generate::normal_modes(cell, generate::hessian(argon, cell, 0.01),
                                            generate::Freedom::crystal);
  REQUIRE(modes.stiffness.size() == 3 * static_cast<Eigen::Index>(cell.size()) - 3);
  CHECK((modes.stiffness - whole.stiffness).norm() < 1e-5 * whole.stiffness.norm());
  CHECK(modes.imaginary() == 0);
  CHECK(modes.wavenumbers().maxCoeff() > 50);  // solid argon: 67 1/cm (2 THz)
  CHECK(modes.wavenumbers().maxCoeff() < 80);
}

TEST_CASE("phonons of two elements keep their sublattices") {
  const potential::LennardJones salt({{18, {0.02, 3.0}}, {36, {0.03, 3.3}}}, 7.0);
  const auto rocksalt =
      generate::build(generate::conventional_cell("b2", 1), 3.6, std::vector<int>{18, 36});
  const auto symmetry = generate::find_symmetry(rocksalt);
  const Eigen::Matrix3i combinations = generate::roomy_combinations(symmetry, 7);
  const auto cell = generate::repeated(symmetry.primitive, combinations);
  const auto modes = generate::phonons(salt, symmetry.primitive, combinations, 1);
  const auto whole =
      generate::normal_modes(cell, generate::hessian(salt, cell, 0.01), generate::Freedom::crystal);
  CHECK((modes.stiffness - whole.stiffness).norm() < 1e-5 * whole.stiffness.norm());
}

TEST_CASE("cold samples have the energy they say") {
  const potential::LennardJones argon({{18, {0.0104, 3.4}}}, 7.0);
  const auto symmetry = generate::find_symmetry(fcc_argon(5.2));
  const auto modes =
      generate::phonons(argon, symmetry.primitive, generate::roomy_combinations(symmetry, 7), 1);
  const double rest = argon.evaluate(modes.structure).energy;
  auto engine = core::random_engine(1, "test");
  const auto sample = generate::sample_modes(modes, {.temperature = 0.01, .softest = 0}, engine);
  CHECK(argon.evaluate(sample.structure).energy - rest ==
        doctest::Approx(sample.energy).epsilon(0.02));
  const double mean = core::boltzmann_ev_per_kelvin * 0.01 / 2;
  CHECK(sample.energy ==
        doctest::Approx(mean * static_cast<double>(modes.stiffness.size())).epsilon(0.5));
}
