#include "explore/priority_queue.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "core/seed.hpp"

using namespace mlip;

namespace {

explore::Excursion excursion(double gamma, int seed, std::size_t center = 0) {
  explore::Excursion result;
  result.structure.cell.vectors = core::Mat3::Identity() * 8.1;
  result.structure.cell.periodic = {true, true, true};
  auto engine = core::random_engine(static_cast<std::uint64_t>(seed), "queue");
  for (int i = 0; i < 32; ++i) {
    result.structure.numbers.push_back(13);
    const core::Vec3 site = 2.025 * core::Vec3(i % 4, (i / 4) % 4, 2 * (i / 16) + (i + i / 4) % 2);
    core::Vec3 move;
    for (int k = 0; k < 3; ++k) move[k] = 0.3 * core::normal(engine);
    result.structure.positions.push_back(site + move);
  }
  result.gamma.assign(32, 0.1);
  result.gamma[center] = gamma;
  result.step = seed;
  return result;
}

}  // namespace

TEST_CASE("the most uncertain come first and no more than asked for") {
  const auto candidates =
      explore::prioritize({excursion(3, 1), excursion(9, 2), excursion(5, 3)}, {}, 6, 2);
  REQUIRE(candidates.size() == 2);
  CHECK(candidates[0].gamma == 9.0);
  CHECK(candidates[1].gamma == 5.0);
  CHECK(candidates[0].generation == 6);
  CHECK(explore::prioritize({excursion(3, 1)}, {}, 6, 0).empty());
  CHECK(explore::prioritize({}, {}, 6, 5).empty());
}

TEST_CASE("near copies are taken once, by the larger gamma") {
  auto nudged = excursion(4, 1);
  for (core::Vec3& position : nudged.structure.positions) position += core::Vec3(1, 2, 3);
  nudged.structure.positions[3] += core::Vec3(0.01, 0, 0);
  const auto candidates =
      explore::prioritize({excursion(3, 1), nudged, excursion(2.5, 2)}, {}, 0, 9);
  REQUIRE(candidates.size() == 2);
  CHECK(candidates[0].gamma == 4.0);
  CHECK(candidates[1].gamma == 2.5);

  auto other_species = excursion(3.5, 1);
  other_species.structure.numbers[0] = 28;
  CHECK(explore::prioritize({excursion(3, 1), other_species}, {}, 0, 9).size() == 2);
}

TEST_CASE("another atom of the same snapshot is another candidate") {
  CHECK(explore::prioritize({excursion(3, 1, 0), excursion(4, 1, 21)}, {}, 0, 9).size() == 2);
}

TEST_CASE("excursions that say nothing are left out") {
  auto strange = excursion(3, 1);
  strange.gamma[4] = std::numeric_limits<double>::quiet_NaN();
  auto short_of_gamma = excursion(3, 1);
  short_of_gamma.gamma.pop_back();
  CHECK(explore::prioritize({strange, short_of_gamma, {}}, {}, 0, 9).empty());
}
