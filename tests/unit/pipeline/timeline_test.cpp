#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>

#include "pipeline/timeline_store.hpp"

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

TEST_CASE("a timeline comes back from the database as it was, however many events wrote it") {
  const auto file =
      std::filesystem::temp_directory_path() / ("mlip-timeline-" + std::to_string(getpid()));
  std::filesystem::remove(file);
  {
    mlip::store::Database database(file);
    CHECK(load_timeline(database).sessions.empty());
    Timeline timeline;
    timeline.sessions = {{0.125, 10.5}};
    std::size_t stored = 0;
    for (int event = 0; event < 60; ++event) {
      for (int k = 0; k < 1 + event % 19; ++k)
        timeline.intervals.push_back({1.1 * event, 1.1 * event + k, 2, k == 0 ? "lammps" : "dft"});
      store_timeline(database, timeline, stored);
      stored = timeline.intervals.size();
    }
    REQUIRE(timeline.intervals.size() > 500);
    const Timeline back = load_timeline(database);
    REQUIRE(back.intervals.size() == timeline.intervals.size());
    for (std::size_t k = 0; k < back.intervals.size(); ++k) {
      CHECK(back.intervals[k].begin == timeline.intervals[k].begin);
      CHECK(back.intervals[k].end == timeline.intervals[k].end);
      CHECK(back.intervals[k].engine == timeline.intervals[k].engine);
    }
    CHECK(back.wall_seconds() == 10.375);
  }
  std::filesystem::remove(file);
  std::filesystem::remove(file.string() + ".lock");
}
