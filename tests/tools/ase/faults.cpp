#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "ase/ase_worker.hpp"
#include "core/error.hpp"

using namespace mlip;
using namespace mlip::ase;

namespace {

AseOptions odd(const std::string& name) {
  AseOptions options;
  options.python = "/usr/bin/python3";
  options.calculator = "odd_calculators:" + name;
  options.environment["PYTHONPATH"] = TEST_DATA "/ase";
  return options;
}

core::Structure atom() {
  core::Structure structure;
  structure.numbers = {13};
  structure.positions = {{1, 2, 3}};
  return structure;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

bool alive(pid_t process) {
  std::ifstream in("/proc/" + std::to_string(process) + "/stat");
  std::string number, name, state;
  return static_cast<bool>(in >> number >> name >> state) && state != "Z" && state != "X";
}

bool gone_within(pid_t process, double seconds) {
  const auto start = std::chrono::steady_clock::now();
  while (seconds_since(start) < seconds) {
    if (!alive(process)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

pid_t process_of(const AseWorker& numbered) {
  return static_cast<pid_t>(numbered.evaluate(atom()).energy);
}

}  // namespace

TEST_CASE("a worker killed between two calls is replaced") {
  const AseWorker worker(odd("Numbered"));
  const pid_t first = process_of(worker);
  CHECK(process_of(worker) == first);
  ::kill(first, SIGKILL);
  CHECK(gone_within(first, 5));
  const pid_t second = process_of(worker);
  CHECK(second != first);
  CHECK(alive(second));
}

TEST_CASE("a worker killed while it computes is replaced and the structure computed") {
  char name[] = "/tmp/mlip_killed_XXXXXX";
  const std::filesystem::path folder = ::mkdtemp(name);
  auto options = odd("KilledOnce");
  options.arguments = "{\"log\": \"" + (folder / "killed").string() + "\"}";
  const AseWorker worker(options);
  CHECK(worker.evaluate(atom()).energy == 14);
  CHECK(std::filesystem::exists(folder / "killed"));
  std::filesystem::remove_all(folder);
}

TEST_CASE("a worker that hangs is ended at the time limit, tried once more, then told") {
  auto options = odd("Sleeper");
  options.call_seconds = 0.5;
  const AseWorker worker(options);
  const auto start = std::chrono::steady_clock::now();
  const auto answer = worker.compute(atom());
  REQUIRE_FALSE(answer);
  CHECK(answer.reason() == "no answer within the time limit");
  CHECK(seconds_since(start) >= 1);
  CHECK(seconds_since(start) < 30);
}

TEST_CASE("one that hangs only once has its structure computed by its successor") {
  char name[] = "/tmp/mlip_sleeper_XXXXXX";
  const std::filesystem::path folder = ::mkdtemp(name);
  auto options = odd("Sleeper");
  options.arguments = "{\"log\": \"" + (folder / "slept").string() + "\"}";
  options.call_seconds = 3;
  const AseWorker worker(options);
  CHECK(worker.evaluate(atom()).energy == 14);
  CHECK(std::filesystem::exists(folder / "slept"));
  std::filesystem::remove_all(folder);
}

TEST_CASE("one that dies on a structure is told with its last words") {
  const AseWorker worker(odd("Dying"));
  const auto answer = worker.compute(atom());
  REQUIRE_FALSE(answer);
  CHECK(answer.reason() == "the worker ended; its last words: the end is near");
}

TEST_CASE("what libraries print does no harm") {
  const AseWorker worker(odd("Chatty"));
  CHECK(worker.evaluate(atom()).energy == 14);
  CHECK(worker.evaluate(atom()).energy == 14);
}

TEST_CASE("nonsense in the pipe is refused") {
  const AseWorker worker(odd("Nonsense"));
  const auto answer = worker.compute(atom());
  REQUIRE_FALSE(answer);
  CHECK(answer.reason() == "what the worker wrote is no frame");
}

TEST_CASE("numbers that are not finite are refused") {
  const auto answer = AseWorker(odd("NotFinite")).compute(atom());
  REQUIRE_FALSE(answer);
  CHECK(answer.reason() == "the result is not finite");
}

TEST_CASE("a start that takes too long is a missing tool") {
  auto options = odd("deaf_start");
  options.start_seconds = 3;
  try {
    const AseWorker worker(options);
    FAIL("it started");
  } catch (const core::UserError& error) {
    CHECK(error.code() == core::ExitCode::missing_tool);
    CHECK(std::string(error.what()) ==
          "the calculator 'odd_calculators:deaf_start' does not start: no answer within the time "
          "limit");
  }
}

TEST_CASE("the worker outlives the thread that started it and ends with its owner") {
  pid_t process = 0;
  {
    std::unique_ptr<AseWorker> worker;
    std::jthread([&] {
      worker = std::make_unique<AseWorker>(odd("Numbered"));
      process = process_of(*worker);
    }).join();
    CHECK(process_of(*worker) == process);
  }
  CHECK_FALSE(alive(process));
}

TEST_CASE("the worker dies with us, even when we are killed") {
  char name[] = "/tmp/mlip_owner_XXXXXX";
  const std::filesystem::path folder = ::mkdtemp(name);
  ::setenv("TMPDIR", folder.c_str(), 1);
  const pid_t owner = ::fork();
  if (owner == 0) {
    const AseWorker worker(odd("Numbered"));
    std::ofstream(folder / "unfinished") << process_of(worker) << '\n';
    std::filesystem::rename(folder / "unfinished", folder / "process");
    for (;;) ::pause();
  }
  while (!std::filesystem::exists(folder / "process"))
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  pid_t process = 0;
  std::ifstream(folder / "process") >> process;
  CHECK(alive(process));
  ::kill(owner, SIGKILL);
  ::waitpid(owner, nullptr, 0);
  CHECK(gone_within(process, 5));
  std::filesystem::remove_all(folder);
  ::unsetenv("TMPDIR");
}

TEST_CASE("nothing is left behind in the temporary folder") {
  char name[] = "/tmp/mlip_tidy_XXXXXX";
  const std::filesystem::path folder = ::mkdtemp(name);
  ::setenv("TMPDIR", folder.c_str(), 1);
  CHECK(AseWorker(odd("Plain")).evaluate(atom()).energy == 14);
  auto options = odd("NoSuch");
  CHECK_THROWS_AS((void)AseWorker(options), core::UserError);
  CHECK(std::filesystem::is_empty(folder));
  ::setenv("TMPDIR", "/proc", 1);
  CHECK_THROWS_AS((void)AseWorker(odd("Plain")), core::UserError);
  ::unsetenv("TMPDIR");
  std::filesystem::remove_all(folder);
}
