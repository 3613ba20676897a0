// How many labels the next generation gets, by what they cost and what time is left.
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>

#include "ace/basis.hpp"
#include "dft/local_executor.hpp"
#include "dft/model_oracle.hpp"
#include "generate/generate.hpp"
#include "pipeline/heuristics.hpp"
#include "pipeline/steps.hpp"
#include "potential/lennard_jones.hpp"

using namespace mlip;
using namespace mlip::pipeline;

namespace {

core::Structure argon_cell() {
  core::Structure structure;
  structure.cell.periodic = {true, true, true};
  structure.cell.vectors = 5.2 * core::Mat3::Identity();
  structure.numbers = {18, 18, 18, 18};
  structure.positions = {{0, 0, 0}, {2.6, 2.6, 0}, {2.6, 0, 2.6}, {0, 2.6, 2.6}};
  return structure;
}

/// A potential to which everything is new.
Trained stranger(const SystemConfig& config) {
  const auto potential = ace::make_basis(config.elements, config.basis);
  const auto functions = static_cast<Eigen::Index>(potential.functions[0].size());
  return {
      ace::Evaluator(potential, {{"Ar", 1e6 * Eigen::MatrixXd::Identity(functions, functions)}}),
      {}};
}

/// Two labels of 10 s, one with a failed attempt of 20 s before, a structure given up after 20 s:
/// 30 s a label.  Thirty excursions wait.
struct WaitingRun {
  static inline int count = 0;
  std::filesystem::path root =
      std::filesystem::temp_directory_path() / fmt::format("picking_{}_{}", getpid(), ++count);
  SystemConfig config;
  RunFolder folder{root};
  std::shared_ptr<dft::ModelOracle> oracle =
      std::make_shared<dft::ModelOracle>(std::make_shared<potential::LennardJones>(
          std::map<int, potential::LennardJonesSpecies>{{18, {0.0104, 3.4}}}, 6.0));
  Oracles oracles{oracle, {}};
  store::Database database = [this] {
    std::filesystem::create_directories(root);
    return store::Database(folder.database());
  }();

  WaitingRun() {
    config.elements = {"Ar"};
    config.basis = {{4, 2}, {0, 1}, 6.0};
    config.loop.picks = 20;
    config.loop.max_generations = 4;
    for (std::uint64_t k = 0; k < 30; ++k) {
      store::Record record;
      record.candidate.structure = generate::rattled(argon_cell(), 0.2, k);
      record.candidate.config_type = "md";
      record.candidate.generation = 1;
      REQUIRE(bool(database.add(record)));
    }
    add(store::State::labeled, {{"killed", "", 20, 0, ""}, {"none", "once more", 10, 5, ""}});
    add(store::State::labeled, {{"none", "", 10, 5, ""}});
    add(store::State::failed, {{"not converged", "", 20, 5, ""}});
  }
  ~WaitingRun() { std::filesystem::remove_all(root); }

  void add(store::State state, std::vector<core::Attempt> attempts, int repeats = 1) {
    const auto seed = static_cast<std::uint64_t>(100 + database.all().size());
    store::Record record;
    record.candidate.structure =
        generate::rattled(core::repeat(argon_cell(), {repeats, 1, 1}), 0.2, seed);
    record.state = state;
    record.outcome = oracle->label(record.candidate.structure, "known", {});
    record.outcome.attempts = std::move(attempts);
    REQUIRE(bool(database.add(record)));
  }

  /// Rows that the pick of generation 1 queued with so much of the wall time left.
  std::size_t picked(double seconds_left, int tasks = 1) {
    config.loop.wall_time_seconds = seconds_left;
    Run run(config, folder, oracles, database);
    run.executor = std::make_shared<dft::LocalExecutor>(tasks);
    const std::size_t queued = pick(run, 1, stranger(config));
    CHECK(database.with_state(store::State::queued).size() == queued);
    return queued;
  }
};

}  // namespace

TEST_CASE("a generation picks as many labels as planned where there is time for them") {
  CHECK(WaitingRun().picked(1e6) == 20);
}

TEST_CASE("no generation picks more than its share of the time left can pay for") {
  // A third, for three generations are to come, of what is left for DFT, at 30 s a label.
  const auto payable = [](double seconds_left) {
    return static_cast<std::size_t>(payable_picks(20, seconds_left, 30, 3));
  };
  REQUIRE(payable(1000) == 8);
  CHECK(WaitingRun().picked(1000) == payable(1000));
  CHECK(WaitingRun().picked(500, 2) == payable(1000));
  CHECK(WaitingRun().picked(1) == 3);
}

TEST_CASE("what was labelled of supercells does not make the cheap labels to come dear") {
  WaitingRun run;
  const auto usual = run.picked(1000);
  WaitingRun mixed;
  mixed.add(store::State::labeled, {{"none", "", 120, 5, ""}}, 4);
  mixed.add(store::State::labeled, {{"none", "", 120, 5, ""}}, 4);
  CHECK(mixed.picked(1000) >= usual - 1);
}
