#include "explore/lammps_frame.hpp"

#include <doctest/doctest.h>

#include <Eigen/Geometry>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/neighbor_list.hpp"
#include "core/seed.hpp"

using namespace mlip;
using core::Mat3;
using core::Vec3;

namespace {

core::Structure random_structure(std::mt19937_64& engine, bool left_handed) {
  core::Structure structure;
  structure.cell.periodic = {true, true, true};
  do {
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j) structure.cell.vectors(i, j) = 6 * core::uniform(engine) - 3;
    structure.cell.vectors.diagonal().array() += 3;
  } while (structure.cell.volume() < 15);
  if (left_handed == (structure.cell.vectors.determinant() > 0))
    structure.cell.vectors.row(1).swap(structure.cell.vectors.row(2));
  for (int i = 0; i < 5; ++i) {
    structure.numbers.push_back(i % 2 == 0 ? 13 : 28);
    structure.positions.emplace_back(9 * core::uniform(engine), 9 * core::uniform(engine),
                                     9 * core::uniform(engine));
  }
  return structure;
}

std::vector<double> distances(const core::Structure& structure) {
  const core::NeighborList list(structure, 5.0);
  std::vector<double> all;
  for (std::size_t i = 0; i < structure.size(); ++i)
    for (const auto& neighbor : list.of(i)) all.push_back(neighbor.distance);
  std::sort(all.begin(), all.end());
  return all;
}

explore::LammpsSnapshot start_of(const core::Structure& structure,
                                 const explore::LammpsFrame& frame) {
  explore::LammpsSnapshot snapshot;
  snapshot.box = frame.box;
  snapshot.numbers = structure.numbers;
  for (const Vec3& position : structure.positions) {
    snapshot.positions.push_back(frame.to_lammps(position));
    snapshot.images.push_back(Vec3::Zero());
  }
  return snapshot;
}

void check_same(const core::Structure& a, const core::Structure& b) {
  CHECK((a.cell.vectors - b.cell.vectors).norm() < 1e-11);
  CHECK(a.cell.periodic == b.cell.periodic);
  REQUIRE(a.size() == b.size());
  CHECK(a.numbers == b.numbers);
  for (std::size_t i = 0; i < a.size(); ++i) {
    Vec3 difference = a.to_fractional(a.positions[i]).value - a.to_fractional(b.positions[i]).value;
    for (int k = 0; k < 3; ++k) difference[k] -= std::round(difference[k]);
    CHECK(difference.norm() < 1e-10);
  }
}

}  // namespace

TEST_CASE("any cell becomes LAMMPS' and comes back") {
  for (int seed = 0; seed < 60; ++seed) {
    auto engine = core::random_engine(seed, "frame");
    const core::Structure structure = random_structure(engine, seed % 2 == 0);
    const auto frame = explore::make_frame(structure, 30);
    CAPTURE(seed);
    CHECK(frame.box(0, 0) > 0);
    CHECK(frame.box(1, 1) > 0);
    CHECK(frame.box(2, 2) > 0);
    CHECK(frame.box(0, 1) == 0);
    CHECK(frame.box(0, 2) == 0);
    CHECK(frame.box(1, 2) == 0);
    CHECK(std::abs(frame.box(1, 0)) <= 0.5 * frame.box(0, 0) + 1e-12);
    CHECK(std::abs(frame.box(2, 0)) <= 0.5 * frame.box(0, 0) + 1e-12);
    CHECK(std::abs(frame.box(2, 1)) <= 0.5 * frame.box(1, 1) + 1e-12);
    CHECK(std::abs(std::abs(frame.basis.determinant()) - 1) < 1e-12);
    CHECK((frame.rotation * frame.rotation.transpose() - Mat3::Identity()).norm() < 1e-12);
    CHECK(frame.rotation.determinant() == doctest::Approx(1));

    const auto snapshot = start_of(structure, frame);
    core::Structure turned{
        {snapshot.box, {true, true, true}}, snapshot.numbers, snapshot.positions};
    const auto before = distances(structure), after = distances(turned);
    REQUIRE(before.size() == after.size());
    for (std::size_t k = 0; k < before.size(); ++k) CHECK(std::abs(before[k] - after[k]) < 1e-10);
    check_same(structure, explore::from_lammps(frame, snapshot));
  }
}

TEST_CASE("a box that LAMMPS deformed, moved and wrapped comes back as the deformed cell") {
  auto engine = core::random_engine(7, "frame");
  const core::Structure structure = random_structure(engine, true);
  const auto frame = explore::make_frame(structure, 30);
  auto snapshot = start_of(structure, frame);
  Mat3 strain = Mat3::Zero();
  strain(0, 0) = 0.03;
  strain(1, 0) = 0.02;  // keeps the box lower triangular
  strain(2, 1) = -0.04;
  const Mat3 deformation = Mat3::Identity() + strain;
  snapshot.box = frame.box * deformation;
  snapshot.corner = Vec3(-0.3, 0.2, 0.1);
  for (std::size_t i = 0; i < snapshot.positions.size(); ++i) {
    snapshot.images[i] = Vec3(static_cast<double>(i) - 2, 1, -1);
    snapshot.positions[i] = deformation.transpose() * snapshot.positions[i] + snapshot.corner -
                            snapshot.box.transpose() * snapshot.images[i];
  }
  const Mat3 in_our_frame = frame.rotation.transpose() * strain * frame.rotation;
  check_same(core::strained(structure, in_our_frame), explore::from_lammps(frame, snapshot));
}

TEST_CASE("atoms of a cluster come back where they were, however LAMMPS wrapped them") {
  core::Structure cluster;
  cluster.numbers = {13, 13, 28};
  cluster.positions = {{0, 0, 0}, {2, 1, 0}, {-1, 5, 3}};
  const auto frame = explore::make_frame(cluster, 30);
  CHECK(frame.box(0, 0) == doctest::Approx(33));
  CHECK(frame.box(1, 1) == doctest::Approx(35));
  auto snapshot = start_of(cluster, frame);
  for (const Vec3& position : snapshot.positions) {
    CHECK(position.minCoeff() >= 15 - 1e-12);
    CHECK((frame.box.diagonal() - position).minCoeff() >= 15 - 1e-12);
  }
  snapshot.images[2] = Vec3(1, 0, -1);
  snapshot.positions[2] -= snapshot.box.transpose() * snapshot.images[2];
  const auto back = explore::from_lammps(frame, snapshot);
  CHECK(back.cell == cluster.cell);
  for (std::size_t i = 0; i < 3; ++i)
    CHECK((back.positions[i] - cluster.positions[i]).norm() < 1e-11);
}

TEST_CASE("slabs and wires get vacuum at right angles to their periods") {
  core::Structure slab;
  slab.cell.vectors << 3, 0, 0, 1, 2.5, 0.5, 0, 0, 0;
  slab.cell.periodic = {true, true, false};
  slab.numbers = {13, 13};
  slab.positions = {{0, 0, 0}, {1, 1, 2}};
  auto frame = explore::make_frame(slab, 20);
  CHECK(std::abs(frame.box(2, 0)) < 1e-12);
  CHECK(std::abs(frame.box(2, 1)) < 1e-12);
  CHECK(frame.box(2, 2) > 20);
  const auto back = explore::from_lammps(frame, start_of(slab, frame));
  CHECK((back.cell.vectors - slab.cell.vectors).norm() < 1e-12);
  CHECK(back.cell.periodic == slab.cell.periodic);
  CHECK(core::minimum_distance(back) == doctest::Approx(core::minimum_distance(slab)));

  slab.cell.periodic = {false, false, true};
  slab.cell.vectors << 0, 0, 0, 0, 0, 0, 1, 1, 2;
  frame = explore::make_frame(slab, 20);
  CHECK(frame.box.determinant() > 20 * 20 * 2);
}

TEST_CASE("a flat cell is refused") {
  core::Structure flat;
  flat.cell.periodic = {true, true, true};
  flat.cell.vectors << 1, 0, 0, 0, 1, 0, 1, 1, 0;
  flat.numbers = {13};
  flat.positions = {{0, 0, 0}};
  CHECK_THROWS_AS((void)explore::make_frame(flat, 30), core::UserError);
}
