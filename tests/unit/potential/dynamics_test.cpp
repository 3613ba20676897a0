#include "potential/dynamics.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "core/units.hpp"
#include "potential/lennard_jones.hpp"

using namespace mlip;
using potential::Dynamics;

namespace {

const potential::LennardJones model({{13, {0.40, 2.55}}, {28, {0.40, 2.55}}}, 6.0);

core::Structure alloy() {
  core::Structure cell;
  cell.cell = {4.05 * core::Mat3::Identity(), {true, true, true}};
  cell.numbers = {13, 28, 28, 13};
  cell.positions = {{0, 0, 0}, {0, 2.025, 2.025}, {2.025, 0, 2.025}, {2.025, 2.025, 0}};
  return core::repeat(cell, {2, 2, 2});
}

/// Spread (largest less smallest) of an energy over 0.2 ps, eV.
template <class Energy>
double spread(double timestep_fs, const Energy& energy) {
  Dynamics dynamics(model, alloy(), {.timestep_fs = timestep_fs, .temperature = 300});
  dynamics.step();
  double least = INFINITY, most = -INFINITY;
  for (int k = 0; k < static_cast<int>(200 / timestep_fs); ++k) {
    dynamics.step();
    least = std::min(least, energy(dynamics));
    most = std::max(most, energy(dynamics));
  }
  return most - least;
}

}  // namespace

TEST_CASE("without a bath the total energy stays, to the square of the time step") {
  const auto total = [](const Dynamics& dynamics) { return dynamics.total_energy(); };
  const double coarse = spread(4, total), fine = spread(2, total);
  CHECK(fine < 0.02);
  CHECK(coarse / fine == doctest::Approx(4).epsilon(0.25));
}

TEST_CASE("the shadow energy stays to the fourth power of the time step") {
  const auto shadow = [](const Dynamics& dynamics) { return dynamics.shadow_energy(); };
  const double coarse = spread(4, shadow), fine = spread(2, shadow);
  CHECK(fine < 0.05 * spread(
                          2, [](const Dynamics& d) { return d.total_energy(); }));
  CHECK(coarse / fine == doctest::Approx(16).epsilon(0.3));
}

TEST_CASE("a pair of atoms vibrates at the frequency of its mass and curvature") {
  core::Structure pair;
  pair.numbers = {28, 28};
  const double bond = 2.55 * std::pow(2.0, 1.0 / 6);
  pair.positions = {{0, 0, 0}, {bond + 0.01, 0, 0}};
  Dynamics dynamics(model, pair, {.timestep_fs = 0.5, .temperature = 0});
  int steps = 0;
  for (; dynamics.evaluation().forces[1].x() < 0; ++steps) dynamics.step();
  const double curvature = 72 * 0.40 / std::pow(2.0, 1.0 / 3) / (2.55 * 2.55), mass = 58.6934 / 2;
  const double quarter =
      core::pi / 2 * std::sqrt(mass / curvature) * core::fs_per_ang_sqrt_u_per_ev;
  CHECK(0.5 * steps == doctest::Approx(quarter).epsilon(0.03));  // the bond is not quite harmonic
}

TEST_CASE("a bath brings light and heavy atoms to its temperature") {
  Dynamics dynamics(model, alloy(),
                    {.timestep_fs = 4, .temperature = 400, .friction_per_fs = 0.02, .seed = 3});
  double sum = 0;
  constexpr int warm_up = 200, steps = 1500;
  for (int k = -warm_up; k < steps; ++k) {
    dynamics.step();
    if (k >= 0) sum += dynamics.temperature();
  }
  CHECK(sum / steps == doctest::Approx(400).epsilon(0.03));
}

TEST_CASE("the same seed gives the same trajectory, another one another") {
  const auto end = [](std::uint64_t seed) {
    Dynamics dynamics(model, alloy(), {.friction_per_fs = 0.01, .seed = seed});
    for (int k = 0; k < 20; ++k) dynamics.step();
    return dynamics.structure().positions;
  };
  CHECK(end(1) == end(1));
  CHECK(end(1) != end(2));
}

TEST_CASE("the centre of mass stays where it was") {
  Dynamics dynamics(model, alloy(), {.temperature = 500});
  const core::Structure begin = dynamics.structure();
  for (int k = 0; k < 50; ++k) dynamics.step();
  core::Vec3 moved = core::Vec3::Zero();
  for (std::size_t i = 0; i < begin.size(); ++i)
    moved += (begin.numbers[i] == 13 ? 26.9815385 : 58.6934) *
             (dynamics.structure().positions[i] - begin.positions[i]);
  CHECK(moved.norm() < 1e-9);
}

TEST_CASE("pressure is what work against it costs, and scaling the volume keeps momenta in step") {
  Dynamics dynamics(model, alloy(), {.temperature = 300, .seed = 2});
  const auto total_at = [&](double change) {
    Dynamics other(model, alloy(), {.temperature = 300, .seed = 2});
    other.scale_volume(change);
    return other.total_energy();
  };
  // dE/d(ln V) of positions that grow and velocities that shrink with the cell
  const double slope = (total_at(1e-4) - total_at(-1e-4)) / 2e-4;
  CHECK(dynamics.pressure() * dynamics.structure().cell.volume() ==
        doctest::Approx(-slope).epsilon(1e-5));
  dynamics.set_temperature(600);
  const double volume = dynamics.structure().cell.volume();
  dynamics.scale_volume(0.03);
  CHECK(dynamics.structure().cell.volume() == doctest::Approx(volume * std::exp(0.03)));
}
