#include <doctest/doctest.h>

#include <map>

#include "cheap_run.hpp"
#include "core/file.hpp"
#include "pipeline/status.hpp"

using namespace mlip;

namespace {

pipeline::StopReason run(const std::filesystem::path& folder,
                         const pipeline::Oracles& oracles = test::argon_oracles(),
                         const pipeline::SystemConfig& config = test::argon_config(),
                         std::stop_token stop = {}) {
  setenv("MLIP_LAMMPS", BUILD_DIR "/mlip-lammps", 1);
  return pipeline::run_session(config, folder, oracles, stop, {});
}

/// What a run decided, without times: state, kind, energy and attempts of each row, the held-out
/// errors, and the noise of the labels.
std::map<std::int64_t, std::string> content(const std::filesystem::path& folder) {
  const store::Database database(folder / "mlip.db", store::Database::Mode::read_only);
  std::map<std::int64_t, std::string> rows;
  for (const auto& r : database.all()) {
    rows[r.id] = fmt::format("{} {} {} {}", store::to_string(r.state), r.candidate.config_type,
                             r.candidate.generation, r.outcome.labels.energy.value_or(0));
    for (const auto& attempt : r.outcome.attempts)
      rows[r.id] += fmt::format(" {} by '{}'", attempt.fault, attempt.remedy);
  }
  for (const auto& v : database.versions())
    rows[-1 - v.generation] = nlohmann::json::parse(v.metrics_json).at("holdout").dump();
  rows[0] = database.document("noise").value_or("");
  return rows;
}

}  // namespace

TEST_CASE("a run ends with a potential whose held-out errors fell and a report") {
  const test::Folder folder("whole");
  CHECK(run(folder.path) == pipeline::StopReason::generation_limit);
  for (const char* file : {"potential.yace", "potential.yaml", "potential.asi",
                           "potential.committee", "report.html", "report.json", "plan.yaml"})
    CHECK_MESSAGE(std::filesystem::file_size(folder.path / file) > 0, file);
  const auto status = pipeline::status(folder.path);
  REQUIRE(status["generations"].size() == 3);
  const auto error = [&](int g) {
    return status["generations"][g]["holdout"]["force_rmse_meV_per_A"].get<double>();
  };
  CHECK(error(2) < 0.5 * error(0));
  CHECK(status["counts"]["failed"] == 0);
  CHECK(status["stage"] == "done");
  CHECK(status["running"] == false);
  SUBCASE("the same command again repeats nothing") {
    const auto before = content(folder.path);
    CHECK(run(folder.path) == pipeline::StopReason::generation_limit);
    CHECK(content(folder.path) == before);
  }
  SUBCASE("the same seed in another folder gives the same content") {
    const test::Folder other("again");
    (void)run(other.path);
    CHECK(content(other.path) == content(folder.path));
  }
  SUBCASE("another configuration is refused in the same folder") {
    auto config = test::argon_config();
    config.basis.cutoff = 5.5;
    CHECK_THROWS_AS((void)run(folder.path, test::argon_oracles(), config), core::UserError);
  }
}

TEST_CASE("a run to be killed" * doctest::skip()) {
  (void)run(std::getenv("MLIP_TEST_FOLDER"), test::magnetic_oracles(0.004),
            test::magnetic_config());
}

TEST_CASE("kill -9 at any moment loses and repeats nothing") {
  const test::Folder whole("unkilled"), killed("killed");
  (void)run(whole.path, test::magnetic_oracles(), test::magnetic_config());
  int kills = 0;
  for (double seconds = 0.2;
       !test::run_and_kill("a run to be killed", killed.path, seconds) && kills < 60;
       seconds *= 1.25)
    ++kills;
  CHECK(kills >= 3);
  (void)run(killed.path, test::magnetic_oracles(), test::magnetic_config());
  CHECK(content(killed.path) == content(whole.path));
}

TEST_CASE("labels on another magnetic branch are moved, the labels' noise is measured") {
  const test::Folder folder("magnetic");
  (void)run(folder.path, test::magnetic_oracles(), test::magnetic_config());
  const store::Database database(folder.path / "mlip.db", store::Database::Mode::read_only);
  int moved = 0;
  for (const auto& record : database.with_state(store::State::labeled)) {
    const auto& attempts = record.outcome.attempts;
    CHECK(record.outcome.level_of_theory != "finer");
    moved += attempts.front().fault == "magnetic state" ? 1 : 0;
    if (attempts.front().fault == "magnetic state")
      CHECK(record.outcome.labels.magnetic_moments.front() == 2);
  }
  CHECK(moved >= 3);
  const auto dft = nlohmann::json::parse(core::read_file(folder.path / "report.json"))["dft"];
  CHECK(dft["magnetism"]["moved"] == moved);
  CHECK(dft["noise"]["structures"].get<int>() >= 3);
  CHECK(dft["noise"]["force_meV_per_A"].get<double>() > 0);
}

TEST_CASE("labels that fail are recorded and skipped; too many end the run") {
  const test::Folder some("some"), all("all");
  (void)run(some.path, test::argon_oracles({{"row_12", "scf not converged", -1},
                                            {"row_14", "scf not converged", 1}}));
  CHECK(pipeline::status(some.path)["counts"]["failed"].get<int>() >= 1);
  try {
    (void)run(all.path, test::argon_oracles({{"row_", "scf not converged", -1}}));
    FAIL("a run whose labels fail must not end well");
  } catch (const core::UserError& error) {
    CHECK(error.code() == core::ExitCode::failed);
    CHECK(std::string(error.what()).find("labels failed") != std::string::npos);
  }
}

TEST_CASE("ctrl-c ends in order and the run goes on later") {
  const test::Folder folder("interrupted"), whole("uninterrupted");
  std::stop_source stop;
  std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    stop.request_stop();
  });
  try {
    (void)run(folder.path, test::argon_oracles({}, 0.02), test::argon_config(), stop.get_token());
    FAIL("the run must end when asked to");
  } catch (const core::UserError& error) {
    CHECK(error.code() == core::ExitCode::interrupted);
  }
  (void)run(folder.path);
  (void)run(whole.path);
  CHECK(content(folder.path) == content(whole.path));
}

TEST_CASE("a spent budget leaves a usable potential") {
  const test::Folder folder("budget");
  auto config = test::argon_config();
  config.loop.wall_time_seconds = 0.01;
  CHECK(run(folder.path, test::argon_oracles(), config) == pipeline::StopReason::wall_time);
  CHECK(std::filesystem::exists(folder.path / "potential.yace"));
}

TEST_CASE("seeds are screened by the surrogate and chosen by SOAP, the same each time") {
  auto config = test::argon_config();
  config.surrogate.model = TEST_DATA "/surrogate/sevennet-0.sevennet";
  config.loop.seed_choice = "soap";
  config.loop.seed_labels = 4;
  const test::Folder folder("screened"), other("screened-again"), unscreened("unscreened");
  (void)run(folder.path, test::argon_oracles(), config);
  (void)run(other.path, test::argon_oracles(), config);
  CHECK(content(other.path) == content(folder.path));
  const auto report = nlohmann::json::parse(core::read_file(folder.path / "report.json"));
  const auto& screen = report.at("surrogate_screen");
  std::size_t rejected = 0;
  for (const auto& [meaning, count] : screen.at("rejected").items())
    rejected += count.get<std::size_t>();
  CHECK(screen.at("kept").get<std::size_t>() > 10);
  const store::Database database(folder.path / "mlip.db", store::Database::Mode::read_only);
  std::size_t dropped = 0;
  for (const auto& record : database.with_state(store::State::dropped))
    dropped += record.candidate.origin.find("rejected by sevennet-0: ") != std::string::npos;
  CHECK(dropped == rejected);
  config.surrogate.model.clear();
  config.loop.seed_choice = "d_optimal";
  (void)run(unscreened.path, test::argon_oracles(), config);
  CHECK(content(unscreened.path) != content(folder.path));
}
