/// The second trainer with scripts in the place of Python and Pacemaker: how failures come out, and
/// that the loop goes on with what it is given.  The real ones are in tests/tools/pacemaker.
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "../../unit/fit/synthetic.hpp"
#include "cheap_run.hpp"
#include "core/error.hpp"
#include "core/file.hpp"
#include "fit/pacemaker/data_set.hpp"
#include "fit/pacemaker/trainer.hpp"

using namespace mlip;
namespace fs = std::filesystem;

namespace {

/// A data set is then the JSON that the real interpreter would turn into pandas.
constexpr const char* copying_interpreter = "cp \"$7\" \"$8\"";

/// Fits nothing: the start is the end.
constexpr const char* idle_pacemaker =
    "echo 'iter_num loss rmse_epa rmse_f_comp' > metrics.txt; echo '7 0.5 0.0625 0.25' >> "
    "metrics.txt; cp start.yaml output_potential.yaml";

/// A folder with an interpreter and commands of our own.
struct Installation {
  fs::path root;

  explicit Installation(const std::string& pacemaker)
      : root(fs::temp_directory_path() / ("mlip-fake-pacemaker-" + std::to_string(getpid()))) {
    fs::remove_all(root);
    fs::create_directories(root / "bin");
    write("python", copying_interpreter);
    write("pacemaker", pacemaker);
    write("pace_activeset", "exit 0");
  }
  ~Installation() { fs::remove_all(root); }
  void write(const std::string& name, const std::string& body) const {
    const fs::path file = root / "bin" / name;
    std::ofstream(file) << "#!/bin/sh\n" << body << "\n";
    fs::permissions(file, fs::perms::owner_all);
  }
  [[nodiscard]] fs::path python() const { return root / "bin" / "python"; }
};

/// The error of a fit with that pacemaker; `job.folder` is left for a look.
core::UserError error_of(const Installation& fake, double time_limit = 60,
                         std::stop_token stop = {}) {
  auto items = synthetic::structures({"Al"}, 3);
  synthetic::label(items, synthetic::truth({"Al"}), {0});
  try {
    (void)fit::pacemaker::fit_with_pacemaker(
        synthetic::basis({"Al"}), items, {0}, {},
        {.python = fake.python().string(), .time_limit_seconds = time_limit},
        {.folder = fake.root / "work", .stop = stop});
  } catch (const core::UserError& error) {
    return error;
  }
  return {core::ExitCode::done, "nothing failed"};
}

bool tells(const core::UserError& error, const std::string& part) {
  return std::string(error.what()).find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("no TensorFlow: the missing module is named") {
  const Installation fake("echo \"ModuleNotFoundError: No module named 'tensorflow'\" >&2; exit 1");
  const auto error = error_of(fake);
  CHECK(error.code() == core::ExitCode::missing_tool);
  CHECK(tells(error, "ended with status 1"));
  CHECK(tells(error, "No module named 'tensorflow'"));
  CHECK(error.remedy().find("doctor") != std::string::npos);
  CHECK(fs::exists(fake.root / "work" / "input.yaml"));
  CHECK(fs::exists(fake.root / "work" / "train.pckl.gzip"));
}

TEST_CASE("killed, as when memory runs out") {
  const auto error = error_of(Installation("echo started > log.txt; kill -9 $$"));
  CHECK(error.code() == core::ExitCode::failed);
  CHECK(tells(error, "was killed by signal 9"));
  CHECK(tells(error, "started"));
}

TEST_CASE("a loss that is no number") {
  const auto error = error_of(Installation(
      "echo 'iter_num loss rmse_epa rmse_f_comp' > metrics.txt; echo '7 nan nan nan' >> "
      "metrics.txt; echo 'iteration 7' > log.txt; cp start.yaml output_potential.yaml"));
  CHECK(tells(error, "a loss that is no number"));
  CHECK(tells(error, "iteration 7"));
}

TEST_CASE("an end without a potential") {
  CHECK(tells(error_of(Installation("exit 0")), "no potential"));
}

TEST_CASE("a fit beyond its time is ended") {
  const auto error = error_of(Installation("sleep 100"), 1);
  CHECK(tells(error, "ran out of its time"));
  CHECK(error.remedy().find("time_limit_seconds") != std::string::npos);
}

TEST_CASE("a fit is interrupted when the user asks to stop") {
  std::stop_source stop;
  std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::seconds(3));
    stop.request_stop();
  });
  CHECK(error_of(Installation("sleep 100"), 60, stop.get_token()).code() ==
        core::ExitCode::interrupted);
}

TEST_CASE("a fit that was killed leaves nothing the next one trips over") {
  const Installation fake("test ! -e metrics.txt || exit 9; echo x > metrics.txt; exit 3");
  CHECK(tells(error_of(fake), "status 3"));
  CHECK(tells(error_of(fake), "status 3"));
}

TEST_CASE("the loop goes on with Pacemaker's potential and tells its progress") {
  setenv("MLIP_LAMMPS", BUILD_DIR "/mlip-lammps", 1);
  const Installation fake(idle_pacemaker);
  const test::Folder folder("second-trainer");
  auto config = test::argon_config();
  config.training.engine = "pacemaker";
  config.training.pacemaker.python = fake.python();
  config.loop.max_generations = config.loop.min_generations = 1;
  std::string told;
  CHECK(pipeline::run_session(config, folder.path, test::argon_oracles(), {},
                              [&](const auto& progress) { told += progress.event + "\n"; }) ==
        pipeline::StopReason::generation_limit);
  CHECK(told.find("Pacemaker iteration 7: training 62.50 meV/atom, 250.0 meV/Å") !=
        std::string::npos);
  const auto potential = ace::read_yaml(folder.path / "potential.yaml");
  CHECK(potential.bond(0, 0).inner == ace::InnerCutoff::zbl);
  CHECK(potential.bond(0, 0).core_prefactor == 1);
  SUBCASE("python and time limit may change between sessions, the engine may not") {
    config.training.pacemaker.python = "elsewhere";
    (void)pipeline::run_session(config, folder.path, test::argon_oracles(), {}, {});
    config.training.engine = "native";
    CHECK_THROWS_AS((void)pipeline::run_session(config, folder.path, test::argon_oracles(), {}, {}),
                    core::UserError);
  }
}

TEST_CASE("a run whose trainer fails ends with its words and goes on when it is mended") {
  setenv("MLIP_LAMMPS", BUILD_DIR "/mlip-lammps", 1);
  const Installation fake("echo 'out of luck' >&2; exit 4");
  const test::Folder folder("failing-trainer");
  auto config = test::argon_config();
  config.training.engine = "pacemaker";
  config.training.pacemaker.python = fake.python();
  config.loop.max_generations = config.loop.min_generations = 1;
  CHECK_THROWS_WITH_AS(
      (void)pipeline::run_session(config, folder.path, test::argon_oracles(), {}, {}),
      doctest::Contains("out of luck"), core::UserError);
  fake.write("pacemaker", idle_pacemaker);
  CHECK(pipeline::run_session(config, folder.path, test::argon_oracles(), {}, {}) ==
        pipeline::StopReason::generation_limit);
}

TEST_CASE("what is written into a data set is read from it") {
  const Installation fake("exit 0");
  std::istringstream text(core::read_file(TEST_DATA "/fuzz/seed.extxyz"));
  const auto frames = io::read_extended_xyz(text, "seed");
  const auto file = fake.root / "set.pckl.gzip";
  fit::pacemaker::write_data_set(file, frames, fake.python());
  std::ostringstream before, after;
  for (const auto& frame : frames) io::write_extended_xyz(before, frame);
  for (const auto& frame : fit::pacemaker::read_data_set(file, fake.python()))
    io::write_extended_xyz(after, frame);
  CHECK(after.str() == before.str());
  std::ofstream(file) << "[{\"numbers\": [1]}]";
  CHECK_THROWS_AS((void)fit::pacemaker::read_data_set(file, fake.python()), core::UserError);
}
