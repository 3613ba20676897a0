#include "generate/normal_modes.hpp"

#include <doctest/doctest.h>

#include <Eigen/Geometry>
#include <cmath>

#include "core/element.hpp"
#include "core/seed.hpp"
#include "core/units.hpp"
#include "potential/lennard_jones.hpp"
#include "springs.hpp"

using namespace mlip;
using generate::Freedom;
using generate::Statistics;

namespace {

core::Structure molecule_of(std::vector<int> numbers, std::vector<core::Vec3> positions) {
  return {{}, std::move(numbers), std::move(positions)};
}

const double mass_h = core::element(1).mass, mass_c = core::element(6).mass,
             mass_o = core::element(8).mass;

struct Water {
  core::Structure rest = molecule_of({8, 1, 1}, {{0, 0, 0}, {0.9, 0.4, 0}, {-0.9, 0.4, 0}});
  test::Springs model{
      {{0, 1, 40.0, std::hypot(0.9, 0.4)}, {0, 2, 40.0, std::hypot(0.9, 0.4)}, {1, 2, 10.0, 1.8}}};
  generate::NormalModes modes =
      generate::normal_modes(rest, generate::hessian(model, rest, 1e-3), Freedom::molecule);
};

/// Mean potential energy of samples in the toy's own harmonic energy, over kT/2 a mode.
double mean_energy(const Water& water, const generate::ModeSampling& sampling, int samples) {
  double sum = 0;
  for (int n = 0; n < samples; ++n) {
    auto engine = core::random_engine(7, "test", static_cast<std::uint64_t>(n));
    sum += generate::sample_modes(water.modes, sampling, engine).energy;
  }
  const double each = core::boltzmann_ev_per_kelvin * sampling.temperature / 2;
  return sum / samples / (each * static_cast<double>(water.modes.stiffness.size()));
}

}  // namespace

TEST_CASE("water has three vibrations, however it lies") {
  const Water water;
  REQUIRE(water.modes.stiffness.size() == 3);
  CHECK(water.modes.stiffness[0] > 1);
  auto turned = water.rest;
  const core::Mat3 rotation =
      Eigen::AngleAxisd(1.1, core::Vec3(1, 2, -1).normalized()).toRotationMatrix();
  for (auto& position : turned.positions) position = rotation * position + core::Vec3(5, 5, 5);
  const auto modes = generate::normal_modes(turned, generate::hessian(water.model, turned, 1e-3),
                                            Freedom::molecule);
  CHECK((modes.stiffness - water.modes.stiffness).norm() < 1e-4 * water.modes.stiffness.norm());
}

TEST_CASE("vibrations do not move the centre of mass, nor turn the molecule") {
  const Water water;
  const Eigen::MatrixXd unit = water.modes.shapes.transpose() * water.modes.shapes;
  CHECK((unit - Eigen::Matrix3d::Identity()).norm() < 1e-10);
  for (Eigen::Index k = 0; k < 3; ++k) {
    core::Vec3 momentum = core::Vec3::Zero(), angular = core::Vec3::Zero();
    for (std::size_t i = 0; i < 3; ++i) {
      const core::Vec3 move =
          water.modes.shapes.col(k).segment<3>(3 * static_cast<Eigen::Index>(i));
      const double root = std::sqrt(core::element(water.rest.numbers[i]).mass);
      momentum += root * move;
      angular += root * water.rest.positions[i].cross(move);
    }
    CHECK(momentum.norm() < 1e-9);
    CHECK(angular.norm() < 1e-9);
  }
}

TEST_CASE("a linear molecule has four vibrations, at the frequencies of the textbook") {
  const double k = 90, bend = 6;
  const auto rest = molecule_of({8, 6, 8}, {{0, 0, -1.16}, {0, 0, 0}, {0, 0, 1.16}});
  const test::Springs model({{0, 1, k, 1.16}, {1, 2, k, 1.16}, {0, 1, bend, 0, 2}});
  const auto modes =
      generate::normal_modes(rest, generate::hessian(model, rest, 1e-4), Freedom::molecule);
  REQUIRE(modes.stiffness.size() == 4);
  const double inverse_mass = 1 / mass_c + 1 / (2 * mass_o);
  CHECK(modes.stiffness[0] == doctest::Approx(bend * inverse_mass).epsilon(1e-5));
  CHECK(modes.stiffness[1] == doctest::Approx(bend * inverse_mass).epsilon(1e-5));
  CHECK(modes.stiffness[2] == doctest::Approx(k / mass_o).epsilon(1e-5));
  CHECK(modes.stiffness[3] == doctest::Approx((2 * k + bend) * inverse_mass).epsilon(1e-5));
  // √(90 eV/Å² / 15.999 u) / (2 π c) by CODATA 2018
  CHECK(modes.wavenumbers()[2] == doctest::Approx(1236.6).epsilon(1e-3));
}

TEST_CASE("a crystal keeps its rotations, an atom alone has no modes") {
  auto box = molecule_of({18, 18}, {{0, 0, 0}, {1.9, 1.9, 1.9}});
  box.cell = {core::Mat3::Identity() * 3.8, {true, true, true}};
  const potential::LennardJones argon({{18, {0.01, 3.3}}}, 6);
  const auto modes = generate::normal_modes(box, generate::hessian(argon, box), Freedom::crystal);
  CHECK(modes.stiffness.size() == 3);
  const auto lone = molecule_of({18}, {{1, 2, 3}});
  const auto none = generate::normal_modes(lone, generate::hessian(argon, lone), Freedom::molecule);
  CHECK(none.stiffness.size() == 0);
  auto engine = core::random_engine(1, "test");
  CHECK(generate::sample_modes(none, {}, engine).structure.positions[0] == lone.positions[0]);
}

TEST_CASE("samples of a harmonic well have kT/2 of potential energy a mode") {
  const Water water;
  const int samples = 4000;  // the mean is uncertain by √(2/3/4000) = 1.3 %
  CHECK(mean_energy(water, {.temperature = 300, .softest = 0}, samples) ==
        doctest::Approx(1).epsilon(0.05));
  // Energies are the calculator's as long as they are small
  for (int n = 0; n < 5; ++n) {
    auto engine = core::random_engine(3, "test", static_cast<std::uint64_t>(n));
    const auto sample = generate::sample_modes(water.modes, {.temperature = 0.01}, engine);
    CHECK(water.model.evaluate(sample.structure, {}).energy ==
          doctest::Approx(sample.energy).epsilon(0.02));
  }
}

TEST_CASE("quantum oscillators move at zero temperature too, and as classical ones when hot") {
  const Water water;
  const generate::ModeSampling hot{
      .temperature = 1e5, .statistics = Statistics::quantum, .softest = 0};
  CHECK(mean_energy(water, hot, 4000) == doctest::Approx(1).epsilon(0.05));
  double energy = 0, zero_point = 0;
  for (int n = 0; n < 4000; ++n) {
    auto engine = core::random_engine(9, "test", static_cast<std::uint64_t>(n));
    energy += generate::sample_modes(water.modes,
                                     {.temperature = 0, .statistics = Statistics::quantum}, engine)
                  .energy /
              4000;
  }
  // ħω/4 of potential energy; 1/cm in eV by CODATA 2018
  for (const double wavenumber : water.modes.wavenumbers())
    zero_point += wavenumber * 1.239841984e-4 / 4;
  CHECK(energy == doctest::Approx(zero_point).epsilon(0.05));
}

TEST_CASE("shares of ANI-1 leave at most 3/2 N kT") {
  const Water water;
  const double most = 1.5 * 3 * core::boltzmann_ev_per_kelvin * 600;
  double largest = 0, mean = 0;
  for (int n = 0; n < 1000; ++n) {
    auto engine = core::random_engine(5, "test", static_cast<std::uint64_t>(n));
    const double energy =
        generate::sample_modes(
            water.modes, {.temperature = 600, .statistics = Statistics::ani, .softest = 0}, engine)
            .energy;
    largest = std::max(largest, energy);
    mean += energy / 1000;
  }
  CHECK(largest <= most);
  CHECK(mean == doctest::Approx(most / 2).epsilon(0.06));
}

TEST_CASE("imaginary modes are counted and stay, soft ones are held") {
  const auto rest = molecule_of({8, 6, 8}, {{0, 0, -1.16}, {0, 0, 0}, {0, 0, 1.16}});
  const test::Springs model({{0, 1, 90, 1.16}, {1, 2, 90, 1.16}, {0, 1, -6, 0, 2}});
  const auto modes =
      generate::normal_modes(rest, generate::hessian(model, rest, 1e-4), Freedom::molecule);
  CHECK(modes.imaginary() == 2);
  CHECK(modes.wavenumbers()[0] < -100);
  auto engine = core::random_engine(2, "test");
  const auto sample = generate::sample_modes(modes, {.temperature = 500}, engine);
  for (const auto& position : sample.structure.positions)
    CHECK(std::hypot(position.x(), position.y()) < 1e-6);

  generate::NormalModes soft = modes;
  soft.stiffness.setConstant(1e-9);
  auto again = core::random_engine(2, "test");
  const auto held = generate::sample_modes(soft, {.temperature = 300, .softest = 50}, again);
  for (std::size_t i = 0; i < 3; ++i)
    CHECK((held.structure.positions[i] - rest.positions[i]).norm() < 2);
}
