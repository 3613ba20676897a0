#include "dft/rank_table.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>

#include "core/date.hpp"
#include "core/error.hpp"

using namespace mlip;
using namespace mlip::dft;

namespace {

struct TableFolder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("rank_table_" + std::to_string(::getpid()));
  ~TableFolder() { std::filesystem::remove_all(path); }
};

MeasuredSpeed silicon(Extent extent, Speedup speedup, int most_ranks = 16) {
  return {"Si8", "2026-11-28", extent, most_ranks, std::move(speedup)};
}

}  // namespace

TEST_CASE("what was measured is known of structures of about the same cost that share the same") {
  RankTable table({}, 16);
  CHECK(table.speedup({100, 14}).empty());
  CHECK_FALSE(table.knows({100, 14}, 16));
  table.keep(silicon({100, 14}, {{2, 1.8}, {4, 3.1}, {14, 6}}, 14));
  CHECK(table.speedup({100, 14}) == Speedup{{2, 1.8}, {4, 3.1}, {14, 6}});
  CHECK(table.speedup({380, 20}).size() == 3);
  CHECK(table.speedup({30, 5}) == Speedup{{2, 1.8}, {4, 3.1}});  // no more ranks than k-points
  CHECK(table.knows({30, 14}, 16));
  CHECK_FALSE(table.knows({30, 16}, 16));
  CHECK(table.speedup({500, 14}).empty());
  CHECK(table.speedup({20, 14}).empty());
  CHECK(table.speedup({100, 1}).empty());  // plane waves are shared otherwise
  CHECK_FALSE(table.knows({100, 1}, 2));
}

TEST_CASE("the nearest structure tells, and a new measurement takes the old one's place") {
  RankTable table({}, 2);
  table.keep(silicon({10, 1}, {}, 2));
  table.keep(silicon({60, 1}, {{2, 1.7}}, 2));
  CHECK(table.speedup({20, 1}).empty());
  CHECK(table.speedup({30, 1}).size() == 1);
  CHECK(table.describe() ==
        "Si8 no faster on several ranks (2026-11-28); Si8 1.7 times as fast on 2 ranks "
        "(2026-11-28)");
  table.keep(silicon({12, 1}, {{2, 1.5}}, 2));
  CHECK(table.speedup({10, 1}) == Speedup{{2, 1.5}});
  CHECK(table.speedup({60, 1}) == Speedup{{2, 1.7}});
}

TEST_CASE("that ranks are no faster is believed for a day, what they gain for good") {
  RankTable table({}, 2);
  table.keep({"Si8", "2026-11-20", {10, 1}, 2, {}});
  CHECK_FALSE(table.knows({10, 1}, 2));
  table.keep({"Si8", core::today(), {10, 1}, 2, {}});
  CHECK(table.knows({10, 1}, 2));
  table.keep({"Si8", "2026-11-20", {10, 1}, 2, {{2, 1.7}}});
  CHECK(table.knows({10, 1}, 2));
}

TEST_CASE("the table of a machine is kept, by its number of cores") {
  const TableFolder folder;
  RankTable(folder.path, 16).keep(silicon({100, 14}, {{2, 1.8}, {8, 5.5}}));
  CHECK(RankTable(folder.path, 16).speedup({100, 14}) == Speedup{{2, 1.8}, {8, 5.5}});
  CHECK(RankTable(folder.path, 16).describe() ==
        "Si8 1.8 times as fast on 2 ranks, 5.5 times as fast on 8 ranks (2026-11-28)");
  CHECK(RankTable(folder.path, 2).speedup({100, 14}).empty());
}

TEST_CASE("a damaged table is told of, with the remedy") {
  const TableFolder folder;
  RankTable(folder.path, 2).keep(silicon({100, 14}, {{2, 1.8}}));
  for (const char* content : {"[{\"structure\"", "[{}]", "[{\"speedup\": {\"x\": 1}}]", "7"}) {
    std::ofstream(folder.path / "ranks_on_2_cores.json") << content;
    try {
      const RankTable table(folder.path, 2);
      FAIL("no error");
    } catch (const core::UserError& error) {
      CHECK(std::string(error.what()).find("ranks_on_2_cores.json' is no table of speeds") !=
            std::string::npos);
      CHECK(error.remedy() == "remove it: the next run measures again");
    }
  }
}
