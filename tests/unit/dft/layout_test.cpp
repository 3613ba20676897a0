#include "dft/layout.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

using namespace mlip::dft;

namespace {

/// Pools that lose a tenth each time their number doubles.
const Speedup pools = {{2, 1.8}, {4, 3.24}, {8, 5.83}, {16, 10.5}};

std::vector<int> ranks_of(const std::vector<Layout>& layouts) {
  std::vector<int> ranks;
  for (const Layout& layout : layouts) ranks.push_back(layout.ranks);
  return ranks;
}

std::vector<Task> equal_tasks(std::size_t number, double seconds = 100) {
  return std::vector<Task>(number, Task{seconds, pools});
}

/// Wall time by the layout chosen, over that of one rank each.
double gain(const std::vector<Task>& tasks, int cores) {
  return makespan(tasks, lay_out(tasks, cores), cores) /
         makespan(tasks, std::vector<Layout>(tasks.size()), cores);
}

}  // namespace

TEST_CASE("one structure has all cores where they are faster, and those that are fastest") {
  CHECK(ranks_of(lay_out(equal_tasks(1), 2)) == std::vector{2});
  CHECK(ranks_of(lay_out(equal_tasks(1), 16)) == std::vector{16});
  const std::vector<Task> small = {{100, {{2, 1.6}, {4, 2.2}}}};
  CHECK(ranks_of(lay_out(small, 16)) == std::vector{4});
  CHECK(lay_out(small, 16)[0].speedup == 2.2);
}

TEST_CASE("what was not measured, or is no faster, has one rank") {
  CHECK(ranks_of(lay_out(std::vector<Task>{{100, {}}}, 16)) == std::vector{1});
  CHECK(ranks_of(lay_out(std::vector<Task>{{100, {{2, 0.3}}}}, 2)) == std::vector{1});
  CHECK(ranks_of(lay_out(std::vector<Task>{{100, {{2, 1.01}}}}, 2)) == std::vector{1});
  CHECK(ranks_of(lay_out(std::vector<Task>{{100, {}}, {100, pools}}, 4)) == std::vector{1, 1});
  CHECK(lay_out({}, 16).empty());
}

TEST_CASE("batches that fill the cores have one rank each, for that is the best efficiency") {
  CHECK(ranks_of(lay_out(equal_tasks(2), 2)) == std::vector{1, 1});
  CHECK(ranks_of(lay_out(equal_tasks(16), 16)) == std::vector(16, 1));
  CHECK(ranks_of(lay_out(equal_tasks(32), 16)) == std::vector(32, 1));
  CHECK(ranks_of(lay_out(equal_tasks(5000), 2)) == std::vector(5000, 1));
}

TEST_CASE("the cores are shared where there are fewer structures than cores") {
  CHECK(ranks_of(lay_out(equal_tasks(4), 16)) == std::vector(4, 4));
  // One after the other on all cores, where that loses little.
  CHECK(ranks_of(lay_out(std::vector<Task>{{100, pools}, {1000, pools}, {100, pools}}, 16)) ==
        std::vector(3, 16));
  // The dear one beside the cheap ones, where it gains no more from the last cores.
  const Speedup flat = {{2, 1.8}, {4, 3.2}, {8, 5}, {16, 5.2}};
  CHECK(ranks_of(lay_out(std::vector<Task>{{100, flat}, {1000, flat}, {100, flat}}, 16)) ==
        std::vector{1, 8, 1});
}

TEST_CASE("a last round that leaves cores idle is filled beforehand") {
  // 31 on 2 cores: one on both cores, then 15 rounds, instead of 16 of which the last is half
  // empty.
  const auto layouts = lay_out(equal_tasks(31), 2);
  CHECK(std::ranges::count(layouts, Layout{2, 1.8}) == 1);
  CHECK(gain(equal_tasks(31), 2) == doctest::Approx((15 + 1 / 1.8) / 16));
  CHECK(gain(equal_tasks(17), 16) < 0.8);
  CHECK(gain(equal_tasks(18), 16) < 0.8);  // no single one of them helps, two do
}

TEST_CASE("no layout ends later than one rank each, nor has more ranks than there are cores") {
  std::uint32_t state = 7;
  const auto draw = [&](int below) {
    state = state * 1664525U + 1013904223U;
    return static_cast<int>((state >> 8) % static_cast<std::uint32_t>(below));
  };
  for (int k = 0; k < 200; ++k) {
    const int cores = 1 + draw(17);
    std::vector<Task> tasks;
    for (int number = 1 + draw(40); number > 0; --number)
      tasks.push_back({std::exp(draw(500) / 100.0), draw(3) > 0 ? pools : Speedup{}});
    CHECK(gain(tasks, cores) <= 1);
    for (const Layout& layout : lay_out(tasks, cores)) CHECK(layout.ranks <= cores);
  }
}

TEST_CASE("tasks begin in their order as soon as their cores are free") {
  const std::vector<Task> tasks = {{10, {}}, {8, {}}, {6, {}}, {12, {{2, 2}}}};
  // 12/2 on both cores, then 10 beside 8, then 6 after 8.
  const std::vector<Layout> layouts = {{}, {}, {}, {2, 2}};
  CHECK(makespan(tasks, layouts, 2) == 6 + 8 + 6);
  CHECK(makespan(tasks, std::vector<Layout>(4), 2) == 12 + 8 - 2);
  CHECK(makespan(tasks, layouts, 1) == 6 + 10 + 8 + 6);  // it must not wait for ever
}
