#include "core/neighbor_list.hpp"

#include <doctest/doctest.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "core/seed.hpp"

using namespace mlip::core;

namespace {

using Key = std::tuple<int, int, int, int, int>;  ///< i, j, shift

std::vector<Key> sorted_keys(const NeighborList& list, std::size_t atoms) {
  std::vector<Key> keys;
  for (std::size_t i = 0; i < atoms; ++i)
    for (const Neighbor& n : list.of(i))
      keys.emplace_back(static_cast<int>(i), n.index, n.shift[0], n.shift[1], n.shift[2]);
  std::sort(keys.begin(), keys.end());
  return keys;
}

/// Images of axis k to try so that none within the cutoff is missed, from the position spread in s.
IVec3 images_needed(const Structure& s, double cutoff) {
  IVec3 needed = IVec3::Zero();
  const Mat3 inverse = s.cell.vectors.inverse();
  for (int k = 0; k < 3; ++k) {
    if (!s.cell.periodic[k]) continue;
    double spread = 0;
    for (const Vec3& a : s.positions)
      for (const Vec3& b : s.positions)
        spread = std::max(spread, std::abs((inverse.transpose() * (a - b))[k]));
    needed[k] = static_cast<int>(std::ceil(spread + cutoff * inverse.col(k).norm())) + 1;
  }
  return needed;
}

std::vector<Key> brute_force(const Structure& s, double cutoff) {
  const IVec3 most = images_needed(s, cutoff);
  std::vector<Key> keys;
  for (int i = 0; i < static_cast<int>(s.size()); ++i)
    for (int j = 0; j < static_cast<int>(s.size()); ++j)
      for (int a = -most[0]; a <= most[0]; ++a)
        for (int b = -most[1]; b <= most[1]; ++b)
          for (int c = -most[2]; c <= most[2]; ++c) {
            if (i == j && a == 0 && b == 0 && c == 0) continue;
            const Vec3 vector = (s.positions[static_cast<std::size_t>(j)] -
                                 s.positions[static_cast<std::size_t>(i)]) +
                                s.cell.vectors.transpose() * Vec3(a, b, c);
            if (vector.norm() < cutoff) keys.emplace_back(i, j, a, b, c);
          }
  std::sort(keys.begin(), keys.end());
  return keys;
}

Structure random_structure(std::uint64_t seed, std::array<bool, 3> periodic) {
  auto engine = random_engine(seed, "neighbour list test");
  Structure s;
  s.cell.periodic = periodic;
  do {
    for (int i = 0; i < 9; ++i) s.cell.vectors(i / 3, i % 3) = 5 * uniform(engine) - 2.5;
  } while (s.cell.volume() < 8);
  const int atoms = 1 + static_cast<int>(5 * uniform(engine));
  for (int i = 0; i < atoms; ++i) {
    s.numbers.push_back(13);
    // Far outside the cell, so that folding is put to the test.
    s.positions.emplace_back(12 * uniform(engine) - 6, 12 * uniform(engine) - 6,
                             12 * uniform(engine) - 6);
  }
  return s;
}

}  // namespace

TEST_CASE("the list equals brute force on triclinic cells smaller than the cutoff") {
  std::size_t pairs = 0;
  int left_handed = 0;
  for (std::uint64_t seed = 0; seed < 160; ++seed) {
    CAPTURE(seed);
    const std::array<bool, 3> periodic = {(seed & 1U) == 0, (seed & 2U) == 0, (seed & 4U) == 0};
    const Structure s = random_structure(seed, periodic);
    left_handed += s.cell.vectors.determinant() < 0;
    const double cutoff = 1.5 + 0.03 * static_cast<double>(seed);
    const auto expected = brute_force(s, cutoff);
    CHECK(sorted_keys(NeighborList(s, cutoff), s.size()) == expected);
    pairs += expected.size();
  }
  CHECK(pairs > 5000);
  CHECK(left_handed > 20);
}

TEST_CASE("axes that do not repeat may have zero vectors") {
  for (unsigned mask = 0; mask < 8; ++mask) {
    CAPTURE(mask);
    Structure s =
        random_structure(100 + mask, {(mask & 1U) != 0, (mask & 2U) != 0, (mask & 4U) != 0});
    const auto expected = sorted_keys(NeighborList(s, 4), s.size());
    for (int k = 0; k < 3; ++k)
      if (!s.cell.periodic[k]) s.cell.vectors.row(k).setZero();
    CHECK(sorted_keys(NeighborList(s, 4), s.size()) == expected);
  }
}

TEST_CASE("vectors follow r_j + S H - r_i and the list is symmetric to the bit") {
  const Structure s = random_structure(7, {true, true, true});
  const NeighborList list(s, 6);
  REQUIRE(list.size() > 0);
  for (std::size_t i = 0; i < s.size(); ++i)
    for (const Neighbor& n : list.of(i)) {
      const auto j = static_cast<std::size_t>(n.index);
      const Vec3 expected =
          s.positions[j] + s.cell.vectors.transpose() * n.shift.cast<double>() - s.positions[i];
      CHECK((n.vector - expected).norm() < 1e-12);
      CHECK(n.distance == n.vector.norm());
      const auto back = list.of(j);
      CHECK(std::any_of(back.begin(), back.end(), [&](const Neighbor& m) {
        return m.index == static_cast<int>(i) && m.shift == -n.shift && m.vector == -n.vector;
      }));
    }
}

TEST_CASE("a crystal of many bins has its known coordination") {
  Structure fcc;
  fcc.cell.vectors = Mat3::Identity() * 4.05;
  fcc.cell.periodic = {true, true, true};
  fcc.numbers = {13, 13, 13, 13};
  fcc.positions = {{0, 0, 0}, {0, 2.025, 2.025}, {2.025, 0, 2.025}, {2.025, 2.025, 0}};
  const Structure big = repeat(fcc, {7, 6, 8});
  const NeighborList nearest(big, 3.4), second(big, 4.5), third(big, 5.4);
  for (std::size_t i = 0; i < big.size(); ++i) {
    REQUIRE(nearest.of(i).size() == 12);
    REQUIRE(second.of(i).size() == 18);
    REQUIRE(third.of(i).size() == 42);
  }
  CHECK(third.size() == 42 * big.size());
}

TEST_CASE("few atoms far apart cost no memory for the empty space between them") {
  Structure s;
  s.numbers = {2, 2, 2};
  s.positions = {{0, 0, 0}, {1e8, 0, 0}, {1e8 + 1, 0, -3e7}};
  CHECK(NeighborList(s, 5).size() == 0);
  s.positions[2] = {1e8 + 1, 0, 0};
  CHECK(NeighborList(s, 5).size() == 2);
}

TEST_CASE("atoms at the same place are neighbours at no distance") {
  Structure s;
  s.numbers = {2, 2};
  s.positions = {{1, 1, 1}, {1, 1, 1}};
  const NeighborList list(s, 1);
  REQUIRE(list.size() == 2);
  CHECK(list.of(0)[0].distance == 0);
}

TEST_CASE("nothing has no neighbours") {
  CHECK(NeighborList(Structure{}, 5).size() == 0);
}
