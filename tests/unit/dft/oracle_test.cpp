#include "dft/oracle.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include "dft/model_oracle.hpp"
#include "potential/lennard_jones.hpp"

using namespace mlip;
using namespace mlip::dft;

namespace {

core::Structure chain(int atoms) {
  core::Structure structure;
  for (int i = 0; i < atoms; ++i) {
    structure.numbers.push_back(18);
    structure.positions.emplace_back(3.8 * i, 0.1 * i, 0);
  }
  return structure;
}

std::vector<Job> jobs(int count) {
  std::vector<Job> result;
  for (int i = 0; i < count; ++i) result.push_back({chain(i + 1), "job" + std::to_string(i)});
  return result;
}

ModelOracle argon(std::vector<ScriptedFailure> failures = {}) {
  return ModelOracle(std::make_shared<potential::LennardJones>(
                         std::map<int, potential::LennardJonesSpecies>{{18, {0.0103, 3.4}}}, 8.5),
                     std::move(failures));
}

/// Keeps the order in which structures were begun.
class Recorder final : public Oracle {
 public:
  core::Outcome label(const core::Structure& structure, const std::string& name,
                      std::stop_token) const override {
    const std::lock_guard lock(mutex_);
    begun.push_back(structure.size());
    if (name == "throws") throw std::runtime_error("thrown");
    return {true, {}, "none", {}, {}};
  }
  std::string level_of_theory() const override { return "none"; }
  double cost(const core::Structure& structure) const override {
    return static_cast<double>(structure.size());
  }
  mutable std::vector<std::size_t> begun;
  std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return begun.size();
  }

 private:
  mutable std::mutex mutex_;
};

}  // namespace

TEST_CASE("every job is done once, its outcome with its index, on the caller's thread") {
  const auto oracle = argon();
  const auto work = jobs(20);
  for (int workers : {1, 3, 64}) {
    std::set<std::size_t> seen;
    const auto caller = std::this_thread::get_id();
    compute_batch(oracle, work, workers, {}, [&](std::size_t index, const core::Outcome& outcome) {
      CHECK(std::this_thread::get_id() == caller);
      CHECK(outcome.accepted);
      CHECK(outcome.labels.forces.size() == work[index].structure.size());
      seen.insert(index);
    });
    CHECK(seen.size() == work.size());
  }
  compute_batch(oracle, {}, 2, {}, [](std::size_t, const core::Outcome&) { FAIL("no job"); });
}

TEST_CASE("the dearest job is begun first") {
  const Recorder oracle;
  compute_batch(oracle, jobs(6), 1, {}, [](std::size_t, const core::Outcome&) {});
  CHECK(oracle.begun == std::vector<std::size_t>{6, 5, 4, 3, 2, 1});
}

TEST_CASE("a stop request keeps further jobs from being begun") {
  const Recorder oracle;
  std::stop_source source;
  int done = 0;
  compute_batch(oracle, jobs(50), 1, source.get_token(), [&](std::size_t, const core::Outcome&) {
    ++done;
    source.request_stop();
  });
  CHECK(done == static_cast<int>(oracle.begun.size()));
  source = {};
  source.request_stop();
  const auto before = oracle.begun.size();
  compute_batch(oracle, jobs(5), 2, source.get_token(), [](std::size_t, const core::Outcome&) {});
  CHECK(oracle.begun.size() == before);
}

TEST_CASE("what a worker or the receiver throws reaches the caller") {
  const Recorder oracle;
  auto work = jobs(8);
  work[3].name = "throws";
  CHECK_THROWS_WITH(compute_batch(oracle, work, 3, {}, [](std::size_t, const core::Outcome&) {}),
                    "thrown");
  CHECK_THROWS_WITH(
      compute_batch(oracle, jobs(8), 3, {},
                    [](std::size_t, const core::Outcome&) { throw std::runtime_error("full"); }),
      "full");
}

TEST_CASE("workers are at most 256 outcomes ahead of who receives them") {
  constexpr std::size_t ahead = 256 + 2;  // and one in the hand of each worker
  const Recorder oracle;
  const std::vector<Job> many(2000, {chain(1), "job"});
  std::size_t received = 0, furthest = 0;
  compute_batch(oracle, many, 2, {}, [&](std::size_t, const core::Outcome&) {
    ++received;
    while (received == 1 && oracle.count() < ahead) std::this_thread::yield();
    furthest = std::max(furthest, oracle.count() - received);
  });
  CHECK(received == many.size());
  CHECK(furthest <= ahead);

  std::stop_source source;
  received = 0;
  compute_batch(oracle, many, 2, source.get_token(), [&](std::size_t, const core::Outcome&) {
    ++received;
    source.request_stop();
  });
  CHECK(received < many.size());
  const std::size_t before = oracle.count();
  CHECK_THROWS_AS(compute_batch(oracle, many, 2, {},
                                [&](std::size_t, const core::Outcome&) {
                                  while (oracle.count() < before + 256) std::this_thread::yield();
                                  throw std::runtime_error("full");
                                }),
                  std::runtime_error);
}

TEST_CASE("scripted failures") {
  const auto oracle = argon({{"bad", "not converged", -1}, {"slow", "killed", 2}});
  const auto good = oracle.label(chain(3), "fine", {});
  CHECK(good.accepted);
  CHECK(good.attempts.size() == 1);
  CHECK(good.level_of_theory == oracle.level_of_theory());
  CHECK_FALSE(good.labels.stress);
  const auto bad = oracle.label(chain(3), "a bad one", {});
  CHECK_FALSE(bad.accepted);
  CHECK(bad.attempts.back().fault == "not converged");
  const auto slow = oracle.label(chain(3), "slow7", {});
  CHECK(slow.accepted);
  CHECK(slow.attempts.size() == 3);
  CHECK(slow.attempts[0].fault == "killed");
  CHECK(slow.attempts[2].fault == "none");
  std::stop_source source;
  source.request_stop();
  const auto stopped = oracle.label(chain(3), "fine", source.get_token());
  CHECK_FALSE(stopped.accepted);
  CHECK(stopped.attempts.back().fault == "interrupted");
}
