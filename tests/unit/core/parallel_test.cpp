#include "core/parallel.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using namespace mlip;

TEST_CASE("every item is worked on once, by any number of threads") {
  for (const int threads : {1, 2, 7}) {
    std::vector<int> visits(100);
    core::parallel_for(visits.size(), threads, [&](std::size_t k) { ++visits[k]; });
    CHECK(visits == std::vector<int>(100, 1));
  }
  core::parallel_for(0, 4, [](std::size_t) { FAIL("there is no item"); });
}

TEST_CASE("the first item's exception comes out, and the others are worked on all the same") {
  std::atomic<int> done = 0;
  const auto body = [&](std::size_t k) {
    ++done;
    if (k == 30 || k == 60) throw std::runtime_error(std::to_string(k));
  };
  CHECK_THROWS_WITH(core::parallel_for(100, 3, body), "30");
  CHECK(done == 100);
}

TEST_CASE("what a thread calls finds one OpenMP thread, and the caller's number stays") {
  const int before = omp_get_max_threads();
  std::vector<int> inside(8);
  core::parallel_for(inside.size(), 2, [&](std::size_t k) { inside[k] = omp_get_max_threads(); });
  CHECK(inside == std::vector<int>(8, 1));
  CHECK(omp_get_max_threads() == before);
}
