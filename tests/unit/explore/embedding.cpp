#include "explore/embedding.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/element.hpp"
#include "core/neighbor_list.hpp"
#include "core/seed.hpp"

using namespace mlip;
using core::Vec3;

namespace {

core::Structure fcc(double a, std::array<int, 3> n, int number = 13) {
  core::Structure cell;
  cell.cell.vectors = core::Mat3::Identity() * a;
  cell.cell.periodic = {true, true, true};
  cell.numbers.assign(4, number);
  cell.positions = {{0, 0, 0}, {0, a / 2, a / 2}, {a / 2, 0, a / 2}, {a / 2, a / 2, 0}};
  return core::repeat(cell, n);
}

void shake(core::Structure& structure, double amplitude, int seed) {
  auto engine = core::random_engine(static_cast<std::uint64_t>(seed), "shake");
  for (Vec3& position : structure.positions)
    for (int k = 0; k < 3; ++k) position[k] += amplitude * core::normal(engine);
}

// Random sequential placing: no order, no pair nearer than `nearest`.
core::Structure liquid(double length, int atoms, double nearest, int seed) {
  auto engine = core::random_engine(static_cast<std::uint64_t>(seed), "liquid");
  core::Structure structure;
  structure.cell.vectors = core::Mat3::Identity() * length;
  structure.cell.periodic = {true, true, true};
  while (static_cast<int>(structure.size()) < atoms) {
    const Vec3 trial =
        length * Vec3(core::uniform(engine), core::uniform(engine), core::uniform(engine));
    const bool free = std::none_of(structure.positions.begin(), structure.positions.end(),
                                   [&](const Vec3& other) {
                                     Vec3 d = other - trial;
                                     for (int k = 0; k < 3; ++k)
                                       d[k] -= length * std::round(d[k] / length);
                                     return d.norm() < nearest;
                                   });
    if (!free) continue;
    structure.positions.push_back(trial);
    structure.numbers.push_back(structure.size() % 4 == 0 ? 28 : 13);
  }
  return structure;
}

explore::Excursion excursion(core::Structure structure, std::size_t center) {
  explore::Excursion result;
  result.gamma.assign(structure.size(), 0.5);
  result.gamma[center] = 7.25;
  result.structure = std::move(structure);
  result.step = 130;
  return result;
}

std::size_t core_center(const core::Candidate& candidate, const explore::EmbeddingOptions& options,
                        const core::Structure& parent, std::size_t center) {
  // The centre is the core atom whose neighbourhood is the parent centre's.
  const core::NeighborList cut(candidate.structure, options.core_radius);
  const core::NeighborList whole(parent, options.core_radius);
  for (std::size_t i = 0; i < candidate.structure.size(); ++i) {
    if (candidate.force_mask[i] == 0 || cut.of(i).size() != whole.of(center).size()) continue;
    bool alike = true;
    for (const auto& neighbor : cut.of(i))
      alike = alike && candidate.force_mask[static_cast<std::size_t>(neighbor.index)] == 1;
    if (alike) return i;
  }
  return candidate.structure.size();
}

using Surroundings = std::vector<std::array<double, 4>>;

Surroundings around(const core::Structure& structure, std::size_t i, double radius) {
  const core::NeighborList list(structure, radius);
  Surroundings result;
  for (const auto& neighbor : list.of(i))
    result.push_back({std::round(neighbor.vector[0] * 1e6), std::round(neighbor.vector[1] * 1e6),
                      std::round(neighbor.vector[2] * 1e6),
                      static_cast<double>(structure.numbers[neighbor.index])});
  std::sort(result.begin(), result.end());
  return result;
}

double closest_ratio(const core::Structure& structure) {
  const core::NeighborList list(structure, 3.5);
  double ratio = 9;
  for (std::size_t i = 0; i < structure.size(); ++i)
    for (const auto& neighbor : list.of(i))
      ratio =
          std::min(ratio, neighbor.distance /
                              (core::element(structure.numbers[i]).covalent_radius +
                               core::element(structure.numbers[neighbor.index]).covalent_radius));
  return ratio;
}

double share(const core::Structure& structure, int number) {
  return static_cast<double>(
             std::count(structure.numbers.begin(), structure.numbers.end(), number)) /
         static_cast<double>(structure.size());
}

double density(const core::Structure& structure) {
  return static_cast<double>(structure.size()) / structure.cell.volume();
}

explore::EmbeddingOptions small() {
  explore::EmbeddingOptions options;
  options.core_radius = 3.0;
  options.buffer_width = 3.5;
  return options;
}

// What every embedded cell promises, whatever it was cut from.
void check_promises(const explore::Excursion& parent, std::size_t center,
                    const explore::EmbeddingOptions& options, const core::Candidate& candidate) {
  const core::Structure& structure = candidate.structure;
  CHECK(candidate.config_type == "embedded");
  CHECK(candidate.origin.find("step 130") != std::string::npos);
  CHECK(candidate.generation == 4);
  CHECK(candidate.gamma == 7.25);
  CHECK_FALSE(candidate.fit_energy_and_stress);
  CHECK(structure.size() < parent.structure.size());
  REQUIRE(candidate.force_mask.size() == structure.size());
  const double parent_ratio = closest_ratio(parent.structure);
  CHECK(closest_ratio(structure) >= std::min(options.closest, parent_ratio) - 1e-9);

  const core::NeighborList near(parent.structure, options.core_radius);
  const auto ones = std::count(candidate.force_mask.begin(), candidate.force_mask.end(), 1.0);
  const auto zeros = std::count(candidate.force_mask.begin(), candidate.force_mask.end(), 0.0);
  CHECK(ones == static_cast<long>(near.of(center).size()) + 1);
  CHECK(ones + zeros == static_cast<long>(structure.size()));

  const std::size_t i = core_center(candidate, options, parent.structure, center);
  REQUIRE(i < structure.size());
  // Nothing is changed within the ball but for buffer atoms removed at the faces.
  const double untouched = options.core_radius + options.buffer_width - 2.0;
  CHECK(around(structure, i, untouched) == around(parent.structure, center, untouched));
}

}  // namespace

TEST_CASE("a small snapshot is labelled whole and unmasked") {
  const auto parent = excursion(fcc(4.05, {2, 2, 2}), 5);
  const auto candidate = explore::embed(parent, {}, 4);
  CHECK(candidate.structure.positions == parent.structure.positions);
  CHECK(candidate.structure.cell == parent.structure.cell);
  CHECK(candidate.force_mask.empty());
  CHECK(candidate.fit_energy_and_stress);
  CHECK(candidate.config_type == "md");
  CHECK(candidate.gamma == 7.25);
}

TEST_CASE("a crystal with a vacancy keeps its period across the new faces") {
  core::Structure crystal = fcc(3.9, {5, 5, 5});  // 13 to 16 Å hold 4 a = 15.6 Å
  const Vec3 vacancy = crystal.positions.back();
  crystal.numbers.pop_back();
  crystal.positions.pop_back();
  std::size_t beside = 0;
  for (std::size_t i = 0; i < crystal.size(); ++i)
    if ((crystal.positions[i] - vacancy).norm() < (crystal.positions[beside] - vacancy).norm())
      beside = i;
  const auto parent = excursion(crystal, beside);
  const auto options = small();
  const auto candidate = explore::embed(parent, options, 4);
  check_promises(parent, beside, options, candidate);
  CHECK(candidate.structure.size() == 255);
  CHECK(std::abs(density(candidate.structure) / density(crystal) - 1) < 0.01);
}

TEST_CASE("where a multiple of the period is in reach the cut crystal is perfect") {
  const core::Structure crystal = fcc(3.52, {6, 6, 6}, 28);
  const auto parent = excursion(crystal, 100);
  const auto options = small();  // 13 to 16 Å: 4 a = 14.08 Å
  const auto candidate = explore::embed(parent, options, 4);
  check_promises(parent, 100, options, candidate);
  CHECK(candidate.structure.size() == 256);
  CHECK(std::abs(density(candidate.structure) / density(crystal) - 1) < 0.01);
  CHECK(std::abs(core::minimum_distance(candidate.structure) / core::minimum_distance(crystal) -
                 1) < 0.01);
}

TEST_CASE("where no multiple is in reach the cell has some room at its faces") {
  const core::Structure crystal = fcc(4.05, {6, 6, 6});  // 4 a = 16.2 Å is out of reach
  const auto parent = excursion(crystal, 100);
  const auto candidate = explore::embed(parent, small(), 4);
  check_promises(parent, 100, small(), candidate);
  CHECK(density(candidate.structure) / density(crystal) > 0.85);
  CHECK(density(candidate.structure) / density(crystal) < 1.05);
}

TEST_CASE(
    "a hot crystal and a liquid give cells without clashes, near in density and composition") {
  for (int seed = 0; seed < 3; ++seed) {
    CAPTURE(seed);
    core::Structure structure = liquid(21, 500, 2.0, seed);
    const auto parent = excursion(structure, 17);
    const auto options = small();
    const auto candidate = explore::embed(parent, options, 4);
    check_promises(parent, 17, options, candidate);
    CHECK(std::abs(density(candidate.structure) / density(structure) - 1) < 0.1);
    CHECK(std::abs(share(candidate.structure, 28) - share(structure, 28)) < 0.05);
  }
  core::Structure hot = fcc(4.05, {5, 5, 5});
  shake(hot, 0.15, 1);
  const auto parent = excursion(hot, 250);
  check_promises(parent, 250, small(), explore::embed(parent, small(), 4));
}

TEST_CASE("the same excursion gives the same cell") {
  const auto parent = excursion(liquid(21, 500, 2.0, 9), 40);
  const auto first = explore::embed(parent, small(), 4);
  const auto second = explore::embed(parent, small(), 4);
  CHECK(first.structure.cell == second.structure.cell);
  CHECK(first.structure.positions == second.structure.positions);
  CHECK(first.force_mask == second.force_mask);
}

TEST_CASE("an axis too short to be cut keeps its period, skewed cells too") {
  core::Structure rod = fcc(4.05, {2, 2, 10});
  rod.cell.vectors(1, 0) += 4.05;  // an equivalent, skewed choice of the lattice
  const auto parent = excursion(rod, 60);
  const auto candidate = explore::embed(parent, small(), 4);
  CHECK(candidate.structure.cell.vectors.row(0) == rod.cell.vectors.row(0));
  CHECK(candidate.structure.cell.vectors.row(1) == rod.cell.vectors.row(1));
  CHECK(candidate.structure.cell.vectors(2, 2) < 15.1);
  CHECK(candidate.structure.cell.vectors(2, 2) > 12.9);
  CHECK(candidate.structure.size() < rod.size());
  CHECK(closest_ratio(candidate.structure) >= 0.7);
  const auto uncut = explore::embed(excursion(fcc(4.05, {3, 3, 3}), 60), small(), 4);
  CHECK(uncut.config_type == "md");
  CHECK(uncut.fit_energy_and_stress);
}

TEST_CASE("a cluster is cut without inventing a period") {
  core::Structure cluster = fcc(4.05, {6, 6, 6});
  cluster.cell = {};
  const auto parent = excursion(cluster, 400);
  const auto candidate = explore::embed(parent, small(), 4);
  CHECK(candidate.config_type == "embedded");
  CHECK_FALSE(candidate.structure.cell.any_periodic());
  CHECK(candidate.structure.size() < cluster.size());
  CHECK(std::count(candidate.force_mask.begin(), candidate.force_mask.end(), 1.0) == 13);
}
