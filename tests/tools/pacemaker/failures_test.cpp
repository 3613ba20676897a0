/// Pacemakers that fail: each is a script beside a real interpreter.
#include <doctest/doctest.h>

#include <fstream>
#include <thread>

#include "../../unit/fit/synthetic.hpp"
#include "core/error.hpp"
#include "fit/pacemaker/installation.hpp"
#include "fit/pacemaker/trainer.hpp"

using namespace mlip;
namespace fs = std::filesystem;

namespace {

constexpr const char* interpreter = CMAKE_SOURCE_DIR "/build/venv/bin/python";

/// A folder with the interpreter and commands of our own.
struct Installation {
  fs::path root;

  explicit Installation(const std::string& pacemaker)
      : root(fs::temp_directory_path() / ("mlip-fake-pacemaker-" + std::to_string(getpid()))) {
    fs::remove_all(root);
    fs::create_directories(root / "bin");
    write("python", std::string("exec ") + interpreter + " \"$@\"");
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

TEST_CASE("the doctor finds a whole installation, and says what another lacks") {
  const auto whole = fit::pacemaker::check(interpreter);
  CHECK_MESSAGE(whole.works, whole.detail);
  CHECK(whole.version == "0.4.0rc1");
  const auto none = fit::pacemaker::check("/usr/bin/python3");
  CHECK(!none.works);
  CHECK(none.detail.find("pacemaker") != std::string::npos);
  Installation part("exit 0");
  part.write("python", "exec /usr/bin/python3 \"$@\"");
  const auto lacking = fit::pacemaker::check(part.python());
  CHECK(!lacking.works);
  CHECK(lacking.detail.find("tensorflow (ModuleNotFoundError") != std::string::npos);
  CHECK(lacking.remedy.find("tensorflow-cpu==") != std::string::npos);
}
