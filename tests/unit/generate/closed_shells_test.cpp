#include "generate/closed_shells.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace mlip;

namespace {

using core::Structure;

Structure free_atoms(std::vector<int> numbers, std::vector<core::Vec3> positions) {
  return {{}, std::move(numbers), std::move(positions)};
}

Structure diatomic(int first, int second, double bond) {
  return free_atoms({first, second}, {{0, 0, 0}, {0, 0, bond}});
}

/// A ring of carbon atoms with a hydrogen atom each: aromatic for six, a radical for five.
Structure carbon_ring(int size) {
  const double turn = 2 * std::acos(-1.0) / size, radius = 0.70 / std::sin(turn / 2);
  Structure ring;
  for (const auto& [number, distance] : {std::pair(6, radius), std::pair(1, radius + 1.09)})
    for (int k = 0; k < size; ++k) {
      ring.numbers.push_back(number);
      ring.positions.emplace_back(distance * std::cos(k * turn), distance * std::sin(k * turn), 0);
    }
  return ring;
}

}  // namespace

TEST_CASE("bonds that give every atom its valence pair all electrons") {
  using generate::has_closed_shells;
  const Structure water =
      free_atoms({8, 1, 1}, {{0, 0, 0.12}, {0, 0.76, -0.47}, {0, -0.76, -0.47}});
  CHECK(has_closed_shells(water));
  CHECK(has_closed_shells(diatomic(1, 1, 0.74)));
  CHECK(has_closed_shells(diatomic(7, 7, 1.10)));  // a triple bond
  CHECK(has_closed_shells(diatomic(9, 9, 1.41)));
  CHECK(has_closed_shells(diatomic(1, 17, 1.27)));
  CHECK(has_closed_shells(free_atoms({18}, {{0, 0, 0}})));
  CHECK(has_closed_shells(free_atoms({8, 6, 8}, {{0, 0, -1.16}, {0, 0, 0}, {0, 0, 1.16}})));
  CHECK(has_closed_shells(free_atoms({7, 6, 1}, {{0, 0, 1.16}, {0, 0, 0}, {0, 0, -1.07}})));
  CHECK(has_closed_shells(carbon_ring(6)));  // Kekulé's: no bond's order is known beforehand
}

TEST_CASE("radicals, triplets and what no rule is known of may have open shells") {
  using generate::has_closed_shells;
  CHECK_FALSE(has_closed_shells(diatomic(8, 8, 1.21)));   // a triplet
  CHECK_FALSE(has_closed_shells(diatomic(16, 8, 1.48)));  // as well
  CHECK_FALSE(has_closed_shells(diatomic(5, 5, 1.59)));   // as well
  CHECK_FALSE(has_closed_shells(diatomic(8, 1, 0.97)));   // an odd electron
  CHECK_FALSE(has_closed_shells(diatomic(7, 8, 1.15)));   // as well
  CHECK_FALSE(has_closed_shells(diatomic(1, 1, 1.5)));    // no bond holds it
  CHECK_FALSE(has_closed_shells(diatomic(26, 8, 1.6)));   // a metal
  CHECK_FALSE(has_closed_shells(carbon_ring(5)));
  // Methylene: two hydrogen atoms on carbon, a triplet.
  CHECK_FALSE(
      has_closed_shells(free_atoms({6, 1, 1}, {{0, 0, 0}, {0, 0.99, 0.4}, {0, -0.99, 0.4}})));
}
