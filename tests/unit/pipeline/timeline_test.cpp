#include "pipeline/timeline.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace mlip::pipeline;

TEST_CASE("overlapping engines never count for more cores than there are") {
  Timeline timeline;
  timeline.sessions = {{0, 10}};
  timeline.intervals = {{0, 5, 1, "dft"}, {0, 5, 1, "dft"}, {2, 4, 2, "fit"}};
  CHECK(timeline.busy_fraction(2) == doctest::Approx(0.5));
  CHECK(timeline.busy_fraction(4) == doctest::Approx((2 * 5 + 2 * 2) / 40.0));
}

TEST_CASE("the wall time is that of all sessions, without the pauses between them") {
  Timeline timeline;
  timeline.sessions = {{0, 10}, {100, 105}};
  CHECK(timeline.wall_seconds() == 15);
  CHECK(Timeline{}.busy_fraction(2) == 0);
}

TEST_CASE("a label's mean cost is of that engine's work alone") {
  Timeline timeline;
  CHECK(timeline.mean_cost("dft") == 0);
  timeline.intervals = {{0, 4, 1, "dft"}, {1, 2, 2, "dft"}, {0, 100, 2, "fit"}};
  CHECK(timeline.mean_cost("dft") == 3);
}

TEST_CASE("a timeline comes back from JSON as it was") {
  Timeline timeline;
  timeline.sessions = {{0.125, 10.5}};
  timeline.intervals = {{1.1, 2.2, 2, "lammps"}};
  const Timeline back = timeline_from_json(nlohmann::json::parse(to_json(timeline).dump()));
  REQUIRE(back.intervals.size() == 1);
  CHECK(back.intervals[0].begin == 1.1);
  CHECK(back.intervals[0].engine == "lammps");
  CHECK(back.wall_seconds() == 10.375);
}
