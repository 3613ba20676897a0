#include "generate/melt_quench.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <set>

#include "core/error.hpp"
#include "core/neighbor_list.hpp"
#include "core/seed.hpp"
#include "potential/lennard_jones.hpp"

using namespace mlip;

namespace {

const potential::LennardJones argon({{18, {0.0104, 3.4}}}, 7.0);

/// 32 atoms of fcc argon.
core::Structure solid() {
  core::Structure cell;
  cell.cell = {core::Mat3::Identity() * 5.26, {true, true, true}};
  for (const core::Vec3& place :
       {core::Vec3(0, 0, 0), core::Vec3(0, .5, .5), core::Vec3(.5, 0, .5), core::Vec3(.5, .5, 0)}) {
    cell.numbers.push_back(18);
    cell.positions.emplace_back(5.26 * place);
  }
  return core::repeat(cell, {2, 2, 2});
}

generate::MeltOptions quick() {
  generate::MeltOptions options;
  options.steps = 2000;
  options.pressure = 0.002;  // a liquid in so small a cell boils easily
  options.timestep_fs = 8;
  options.frames = 5;
  options.seed = 4;
  return options;
}

/// Å² from the nearest-neighbour distance of each atom: 0 in a crystal.
double disorder(const core::Structure& structure) {
  const core::NeighborList list(structure, 5.0);
  double sum = 0, squares = 0, count = 0;
  for (std::size_t i = 0; i < structure.size(); ++i)
    for (const auto& neighbor : list.of(i)) {
      sum += neighbor.distance;
      squares += neighbor.distance * neighbor.distance;
      ++count;
    }
  return squares / count - std::pow(sum / count, 2);
}

class Exploding final : public potential::Calculator {
 public:
  [[nodiscard]] double cutoff() const override { return 5; }
  [[nodiscard]] potential::Evaluation evaluate(const core::Structure& structure,
                                               const potential::Request&) const override {
    potential::Evaluation result;
    result.energy = std::numeric_limits<double>::quiet_NaN();
    result.forces.assign(structure.size(), core::Vec3::Zero());
    return result;
  }
};

}  // namespace

TEST_CASE("argon melts, cools and freezes into a glass or crystal, denser than the liquid") {
  const auto result = generate::melt_and_quench(argon, solid(), quick());
  CHECK(result.melted);
  CHECK(result.melting_point == doctest::Approx(83.81));
  CHECK(result.hottest >= 2 * 83.81);
  std::map<std::string, int> counts;
  for (const auto& candidate : result.candidates) {
    ++counts[candidate.config_type];
    CHECK(candidate.structure.size() == 32);
    CHECK(core::minimum_distance(candidate.structure) > 2.5);
  }
  CHECK(counts.at("quench") == 5);
  CHECK(counts.at("liquid") >= 1);
  CHECK(counts.at("amorphous") >= 1);
  CHECK(result.volume.at("liquid") > result.volume.at("amorphous"));
  CHECK(result.volume.at("amorphous") > 30);  // the crystal has 36.4, the potential a little less
  CHECK(result.volume.at("amorphous") < 45);
  const auto& first = result.candidates.front();
  CHECK(first.config_type == "liquid");
  CHECK(disorder(first.structure) > disorder(solid()) + 0.05);

  auto brief = quick();
  brief.steps /= 5;
  const auto once = generate::melt_and_quench(argon, solid(), brief);
  const auto again = generate::melt_and_quench(argon, solid(), brief);
  CHECK(again.candidates.back().structure.positions == once.candidates.back().structure.positions);
}

TEST_CASE("the schedule follows the elements' melting points") {
  auto alloy = solid();
  for (std::size_t i = 0; i < alloy.size(); ++i) alloy.numbers[i] = i < 8 ? 13 : 28;
  CHECK(generate::estimated_melting_point(alloy) == doctest::Approx(0.25 * 933.47 + 0.75 * 1728));
  core::Structure helium = solid();
  std::ranges::fill(helium.numbers, 2);
  CHECK_THROWS_WITH_AS((void)generate::estimated_melting_point(helium), doctest::Contains("'He32'"),
                       core::UserError);
}

TEST_CASE("correlation of a series whose correlation is known") {
  // x' = 0.8 x + noise: (1 + 0.8) / (1 - 0.8) = 9 steps
  auto engine = core::random_engine(1, "test");
  std::vector<double> series(40000), noise(2000);
  double x = 0;
  for (double& value : series) value = x = 0.8 * x + core::normal(engine);
  for (double& value : noise) value = core::normal(engine);
  CHECK(generate::correlation_steps(series) == doctest::Approx(9).epsilon(0.15));
  CHECK(generate::correlation_steps(noise) == doctest::Approx(1).epsilon(0.15));
  CHECK(generate::correlation_steps({1, 1, 1}) == 1);
}

TEST_CASE("walks that explode are named") {
  CHECK_THROWS_WITH_AS((void)generate::melt_and_quench(Exploding(), solid(), quick()),
                       doctest::Contains("exploded"), core::UserError);
}
