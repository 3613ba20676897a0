#include "store/fingerprint.hpp"

#include <doctest/doctest.h>

#include <Eigen/Geometry>
#include <algorithm>
#include <numeric>

#include "fixtures.hpp"

using namespace mlip;
using namespace mlip::store;
using namespace mlip::store::test;

namespace {

bool same(const core::Structure& a, const core::Structure& b) {
  return same_structure(fingerprint(a), fingerprint(b));
}

core::Structure moved(core::Structure structure, std::uint64_t seed) {
  auto engine = core::random_engine(seed, "move");
  const auto random = [&] {
    return core::Vec3(core::normal(engine), core::normal(engine), core::normal(engine));
  };
  const core::Mat3 turn =
      Eigen::AngleAxisd(3 * core::uniform(engine), random().normalized()).toRotationMatrix();
  const core::Vec3 shift = 5 * random();
  structure.cell.vectors = (structure.cell.vectors * turn.transpose()).eval();
  for (auto& position : structure.positions) position = turn * position + shift;
  return structure;
}

core::Structure permuted(const core::Structure& structure, std::uint64_t seed) {
  std::vector<std::size_t> order(structure.size());
  std::iota(order.begin(), order.end(), 0);
  auto engine = core::random_engine(seed, "permute");
  std::shuffle(order.begin(), order.end(), engine);
  core::Structure result = structure;
  for (std::size_t i = 0; i < order.size(); ++i) {
    result.numbers[i] = structure.numbers[order[i]];
    result.positions[i] = structure.positions[order[i]];
  }
  return result;
}

core::Structure water() {
  core::Structure structure;
  structure.numbers = {8, 1, 1};
  structure.positions = {{0, 0, 0}, {0.96, 0, 0}, {-0.24, 0.93, 0}};
  return structure;
}

std::vector<core::Structure> samples() {
  core::Structure hcp;
  hcp.cell.vectors << 3.2, 0, 0, -1.6, 3.2 * std::sqrt(0.75), 0, 0, 0, 5.2;
  hcp.cell.periodic = {true, true, true};
  hcp.numbers = {12, 12};
  hcp.positions = {hcp.to_cartesian({{1 / 3., 2 / 3., .25}}),
                   hcp.to_cartesian({{2 / 3., 1 / 3., .75}})};
  core::Structure slab = core::repeat(fcc(), {2, 2, 1});
  slab.cell.periodic[2] = false;
  slab.cell.vectors(2, 2) = 18;
  const core::Structure silicon = cubic(5.43, std::vector<int>(8, 14),
                                        {{0, 0, 0},
                                         {0, .5, .5},
                                         {.5, 0, .5},
                                         {.5, .5, 0},
                                         {.25, .25, .25},
                                         {.25, .75, .75},
                                         {.75, .25, .75},
                                         {.75, .75, .25}});
  return {fcc(),   cesium_chloride(),
          hcp,     slab,
          silicon, rattled(core::repeat(cesium_chloride(), {2, 2, 2}), 0.1, 1),
          water(), rattled(core::repeat(fcc(), {2, 2, 2}), 0.05, 2)};
}

}  // namespace

TEST_CASE("a structure keeps its fingerprint when it is moved, turned or relabelled") {
  std::uint64_t seed = 0;
  for (const auto& structure : samples())
    for (int turn = 0; turn < 5; ++turn, ++seed) {
      CAPTURE(structure.formula());
      CHECK(same(structure, permuted(moved(structure, seed), seed)));
    }
}

TEST_CASE("an atom moved by a lattice vector is the same atom") {
  core::Structure structure = rattled(fcc(), 0.1, 3);
  core::Structure wrapped = structure;
  wrapped.positions[2] +=
      structure.cell.vectors.row(0).transpose() - structure.cell.vectors.row(2).transpose();
  CHECK(same(structure, wrapped));
}

TEST_CASE("other vectors of the same lattice make the same structure") {
  for (const auto& structure : {rattled(fcc(), 0.1, 7), rattled(cesium_chloride(), 0.1, 8)}) {
    core::Structure skewed = structure;
    skewed.cell.vectors.row(2) += structure.cell.vectors.row(0) - 2 * structure.cell.vectors.row(1);
    skewed.cell.vectors.row(0) += structure.cell.vectors.row(1);
    CHECK(same(structure, skewed));
    CHECK(same(core::repeat(structure, {5, 5, 6}), skewed));  // by lists of neighbours
  }
}

TEST_CASE("repeats of a cell are the same structure, whichever repeats") {
  for (const auto& structure :
       {rattled(fcc(), 0.1, 1), cesium_chloride(), rattled(cesium_chloride(), 0.2, 5)}) {
    const auto twice = core::repeat(structure, {2, 1, 1});
    CHECK(same(structure, twice));
    CHECK(same(twice, permuted(moved(core::repeat(structure, {1, 3, 1}), 4), 9)));
    CHECK(fingerprint(twice).composition == fingerprint(structure).composition);
  }
}

TEST_CASE("numerical noise does not tell structures apart, a rattle of 0.01 Å does") {
  std::uint64_t seed = 100;
  for (const auto& structure : samples())
    for (int turn = 0; turn < 5; ++turn) {
      CAPTURE(structure.formula());
      CHECK(same(structure, rattled(structure, 1e-5, ++seed)));
      CHECK_FALSE(same(structure, rattled(structure, 0.01, seed)));
    }
}

TEST_CASE("different rattles, strains, occupations and lattices differ") {
  const auto crystal = core::repeat(fcc(), {2, 2, 2});
  std::vector<Fingerprint> prints;
  for (std::uint64_t seed = 0; seed < 16; ++seed)
    prints.push_back(fingerprint(rattled(crystal, 0.05, seed)));
  for (std::size_t i = 0; i < prints.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) CHECK_FALSE(same_structure(prints[i], prints[j]));

  const core::Mat3 tetragonal = core::Vec3(0.02, -0.01, -0.01).asDiagonal();
  CHECK_FALSE(same(core::strained(fcc(), tetragonal), core::strained(fcc(), -tetragonal)));
  CHECK_FALSE(same(fcc(4.05), fcc(4.06)));
  CHECK_FALSE(same(fcc(4.05, 13), fcc(4.05, 29)));

  auto ordered = crystal, other = crystal;
  ordered.numbers[0] = ordered.numbers[1] = 28;
  other.numbers[0] = other.numbers[7] = 28;
  CHECK_FALSE(same(ordered, other));
}

TEST_CASE("molecules are told apart at any distance") {
  core::Structure dimer;
  dimer.numbers = {13, 13};
  dimer.positions = {{0, 0, 0}, {6, 0, 0}};
  auto longer = dimer;
  longer.positions[1][0] = 6.05;
  CHECK_FALSE(same(dimer, longer));
  CHECK_FALSE(same(water(), dimer));
}

TEST_CASE("the tolerance is the caller's") {
  const auto print = fingerprint(fcc()), near = fingerprint(rattled(fcc(), 0.01, 1));
  CHECK(same_structure(print, near, 0.1));
  CHECK_FALSE(same_structure(print, near, 1e-4));
  CHECK(same_structure(fingerprint({}), fingerprint({})));
  CHECK_FALSE(same_structure(fingerprint({}), print));
}
