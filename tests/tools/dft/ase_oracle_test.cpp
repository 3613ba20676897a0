#include "dft/ase_oracle.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "core/seed.hpp"

using namespace mlip;

namespace {

dft::AseParameters odd_calculator(const std::string& name) {
  ::setenv("PYTHONPATH", TEST_DATA "/ase", 1);
  return {"odd_calculators:" + name, {}, {}, "/usr/bin/python3", 60};
}

core::Structure far_atom() {
  core::Structure structure;
  structure.numbers = {13};
  structure.positions = {{1, 2, 3}};
  return structure;
}

/// Fault and remedy of every attempt.
std::string ase_story(const core::Outcome& outcome) {
  std::string text = outcome.accepted ? "accepted" : "given up";
  for (const auto& attempt : outcome.attempts)
    text += "; " + attempt.fault + (attempt.remedy.empty() ? "" : " after " + attempt.remedy);
  return text;
}

core::Outcome label_one(const dft::AseParameters& parameters) {
  return dft::AseOracle(parameters, 1).label(far_atom(), "a name", {});
}

std::string level_of(const dft::AseParameters& parameters) {
  return dft::AseOracle(parameters, 1).level_of_theory();
}

}  // namespace

TEST_CASE("a worker that is killed is replaced, the structure tried once more") {
  char name[] = "/tmp/mlip_ase_oracle_XXXXXX";
  const std::filesystem::path folder = ::mkdtemp(name);
  auto parameters = odd_calculator("KilledOnce");
  parameters.arguments["log"] = (folder / "killed").string();
  const auto outcome = label_one(parameters);
  CHECK(ase_story(outcome) == "accepted; worker lost; none after new worker");
  CHECK(outcome.labels.energy == 14);
  CHECK_FALSE(outcome.labels.stress);
  std::filesystem::remove_all(folder);
}

TEST_CASE("a structure that no worker survives is recorded as failed, with its last words") {
  const auto outcome = label_one(odd_calculator("Dying"));
  CHECK(ase_story(outcome) == "given up; worker lost; worker lost after new worker");
  CHECK(outcome.attempts.back().detail == "the worker ended; its last words: the end is near");
}

TEST_CASE("a worker that hangs is ended at the time limit") {
  auto parameters = odd_calculator("Sleeper");
  parameters.time_limit_seconds = 0.5;
  CHECK(ase_story(label_one(parameters)) == "given up; time limit; time limit after new worker");
}

TEST_CASE("what the calculator refuses is not tried again, and the next structure is labelled") {
  const dft::AseOracle oracle({"ase.calculators.emt:EMT", {}, {}, "/usr/bin/python3"}, 1);
  auto iron = far_atom();
  iron.numbers = {26};
  const auto outcome = oracle.label(iron, "iron", {});
  CHECK(ase_story(outcome) == "given up; calculator error");
  CHECK(outcome.attempts.back().detail.find("Fe") != std::string::npos);
  CHECK(oracle.label(far_atom(), "aluminium", {}).accepted);
}

TEST_CASE("a wish to stop ends a computation under way") {
  const dft::AseOracle oracle(odd_calculator("Sleeper"), 1);
  std::stop_source stop;
  const std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    stop.request_stop();
  });
  const auto begin = std::chrono::steady_clock::now();
  CHECK(ase_story(oracle.label(far_atom(), "a name", stop.get_token())) == "given up; interrupted");
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
}

TEST_CASE("a storm of faults: what can recover does, the rest is recorded, nothing hangs") {
  char name[] = "/tmp/mlip_storm_XXXXXX";
  const std::filesystem::path folder = ::mkdtemp(name);
  auto parameters = odd_calculator("Stormy");
  parameters.arguments["folder"] = folder.string();
  parameters.time_limit_seconds = 6;
  const dft::AseOracle oracle(parameters, 4);
  const char* count = std::getenv("MLIP_STORM");
  auto engine = core::random_engine(11, "storm");
  std::vector<int> kinds(count != nullptr ? std::stoul(count) : 100);
  std::vector<dft::Job> jobs;
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    // Three in ten misbehave; few hang, for each of those takes the time limit.
    const double draw = core::uniform(engine);
    kinds[k] = draw > 0.3 ? 0 : draw < 0.01 ? 4 : std::array{1, 2, 3, 5, 6}[k % 5];
    jobs.push_back({far_atom(), "storm_" + std::to_string(k)});
    jobs.back().structure.positions = {{double(k), double(kinds[k]), 0}};
  }
  std::vector<core::Outcome> outcomes(jobs.size());
  dft::compute_batch(oracle, jobs, 4, {},
                     [&](std::size_t k, const core::Outcome& outcome) { outcomes[k] = outcome; });
  const std::array<std::string, 7> expected = {
      "accepted; none",
      "accepted; worker lost; none after new worker",
      "accepted; worker lost; none after new worker",
      "accepted; worker lost; none after new worker",
      "accepted; time limit; none after new worker",
      "given up; worker lost; worker lost after new worker",
      "given up; calculator error"};
  for (std::size_t k = 0; k < jobs.size(); ++k) {
    CAPTURE(k);
    CHECK(ase_story(outcomes[k]) == expected[std::size_t(kinds[k])]);
    if (outcomes[k].accepted)
      CHECK(outcomes[k].labels.energy == double(k * k) + double(kinds[k] * kinds[k]));
  }
  std::filesystem::remove_all(folder);
}

TEST_CASE("labels of other calculators, arguments, files or versions never mix") {
  const dft::AseParameters emt{"ase.calculators.emt:EMT", {}, {}, "/usr/bin/python3"};
  auto other = emt;
  other.arguments["asap_cutoff"] = "true";
  CHECK(level_of(emt) == level_of(emt));
  CHECK(level_of(emt) != level_of(other));
  CHECK(level_of(emt) != level_of(odd_calculator("Plain")));
  char name[] = "/tmp/mlip_ase_oracle_XXXXXX";
  const std::filesystem::path folder = ::mkdtemp(name);
  std::ofstream(folder / "model") << "one";
  auto filed = odd_calculator("Filed");
  filed.arguments["model"] = (folder / "model").string();
  const auto before = level_of(filed);
  std::ofstream(folder / "model") << "two";
  CHECK(level_of(filed) != before);
  std::filesystem::remove_all(folder);
}

TEST_CASE("arguments that are JSON are taken as such, others as text") {
  CHECK(dft::json_of({}) == "{}");
  CHECK(
      dft::json_of({{"a", "true"}, {"b", "1.5"}, {"c", "cpu"}, {"d", "\"7\""}, {"e", "[1, 2]"}}) ==
      R"({"a":true,"b":1.5,"c":"cpu","d":"7","e":[1,2]})");
}

TEST_CASE("tighter arguments are another level of theory, in place of the others or beside them") {
  dft::AseParameters emt{"ase.calculators.emt:EMT",
                         {{"asap_cutoff", "false"}},
                         {{"asap_cutoff", "true"}},
                         "/usr/bin/python3",
                         60};
  CHECK(level_of(emt) != level_of(dft::tighter(emt)));
  emt.tighter = {};
  CHECK(level_of(emt) == level_of(dft::tighter(emt)));
}
