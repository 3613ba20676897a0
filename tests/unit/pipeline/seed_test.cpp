// Which seeds of a run are labelled before anything is learnt, and which are held out.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "dft/model_oracle.hpp"
#include "pipeline/steps.hpp"
#include "potential/lennard_jones.hpp"

using namespace mlip;
using namespace mlip::pipeline;

namespace {

/// Rows of one kind of seed.
struct Kind {
  int labelled = 0, held_out = 0, waiting = 0;
};

class SeededRun {
 public:
  explicit SeededRun(int supercells) {
    SystemConfig config;
    config.elements = {"Al", "Ni"};
    config.generate.composition = {{"Al", 0.5}, {"Ni", 0.5}};
    config.generate.prototype = "b2";
    config.generate.max_atoms = 4;
    config.generate.supercells = supercells;
    config.basis = {{4, 2}, {0, 1}, 5.0};
    config.loop.seed_labels = 8;
    config.loop.holdout = 10;
    config.loop.eos_points = 0;
    std::filesystem::create_directories(root_);
    const RunFolder folder{root_};
    store::Database database(folder.database());
    const auto oracle =
        std::make_shared<dft::ModelOracle>(std::make_shared<potential::LennardJones>(
            std::map<int, potential::LennardJonesSpecies>{{13, {0.1, 2.5}}, {28, {0.1, 2.3}}},
            6.0));
    const Oracles oracles{oracle, {}};
    Run run(config, folder, oracles, database);
    seed(run);
    for (const store::Record& record : database.all()) {
      Kind& kind = kinds[record.candidate.config_type];
      ++(record.holdout                         ? kind.held_out
         : record.state == store::State::queued ? kind.labelled
                                                : kind.waiting);
      if (record.candidate.config_type == "supercell")
        sizes.push_back(record.candidate.structure.size());
    }
  }
  ~SeededRun() { std::filesystem::remove_all(root_); }
  SeededRun(const SeededRun&) = delete;
  SeededRun& operator=(const SeededRun&) = delete;

  std::map<std::string, Kind> kinds;
  std::vector<std::size_t> sizes;  ///< atoms of the supercells

 private:
  std::filesystem::path root_ =
      std::filesystem::temp_directory_path() / fmt::format("seeds_{}", getpid());
};

}  // namespace

TEST_CASE("every kind of seed has its share of the first labels") {
  const SeededRun run(0);
  int labelled = 0;
  for (const auto& [kind, rows] : run.kinds) {
    CAPTURE(kind);
    CHECK(rows.labelled >= 1);
    labelled += rows.labelled;
  }
  CHECK(run.kinds.size() == 5);
  CHECK(labelled >= 6);  // eight, but for copies of what is held out
  CHECK(labelled <= 8);
}

TEST_CASE("supercells are labelled beside the others, one held out where two are left") {
  {
    const SeededRun two(2);
    CHECK(two.kinds.at("supercell").labelled == 2);
    CHECK(two.kinds.at("supercell").held_out == 0);
  }
  const SeededRun four(4);
  CHECK(four.kinds.at("supercell").labelled == 3);
  CHECK(four.kinds.at("supercell").held_out == 1);
  CHECK(four.sizes == std::vector<std::size_t>(4, 16));  // 2 × 2 × 2 cells of two atoms
  int others = 0;
  for (const auto& [kind, rows] : four.kinds)
    if (kind != "supercell") others += rows.labelled;
  CHECK(others >= 6);
  CHECK(others <= 8);
}
