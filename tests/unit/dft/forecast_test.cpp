#include "dft/forecast.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <queue>

#include "core/seed.hpp"
#include "dft/model_oracle.hpp"
#include "potential/lennard_jones.hpp"

using namespace mlip;

namespace {

/// Predicts an atom to cost a unit.
dft::ModelOracle by_atoms() {
  return dft::ModelOracle(std::make_shared<potential::LennardJones>(
      std::map<int, potential::LennardJonesSpecies>{{18, {0.0104, 3.4}}}, 6.0));
}

std::vector<dft::Job> jobs_of(const std::vector<int>& atoms) {
  std::vector<dft::Job> jobs;
  for (const int count : atoms) {
    jobs.emplace_back();
    jobs.back().structure.numbers.assign(std::size_t(count), 18);
    jobs.back().structure.positions.resize(std::size_t(count), core::Vec3::Zero());
  }
  return jobs;
}

/// Seconds to go that were told after each job, and those it then took.
struct Told {
  double told, took;
};

/// Plays a batch in which job k takes seconds[k]; workers take the dearest first.
std::vector<Told> play(const std::vector<int>& atoms, const std::vector<double>& seconds,
                       int workers) {
  const auto oracle = by_atoms();
  const auto jobs = jobs_of(atoms);
  dft::Forecast forecast(oracle, jobs, workers, 100);
  using Event = std::pair<double, std::size_t>;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> running;
  const auto order = dft::dearest_first(oracle, jobs);
  std::size_t next = 0;
  const auto begin = [&](double now) {
    if (next < order.size()) running.emplace(now + seconds[order[next]], order[next]), ++next;
  };
  for (int w = 0; w < workers; ++w) begin(100);
  std::vector<Told> history;
  double now = 100;
  for (; !running.empty(); running.pop()) {
    const auto [end, job] = running.top();
    now = end;
    forecast.finish(job, seconds[job], now);
    begin(now);
    history.push_back({forecast.left(now), now});
  }
  for (Told& entry : history) entry.took = now - entry.took;
  return history;
}

}  // namespace

TEST_CASE("a law of cost is learned from what was measured") {
  dft::CostModel model;
  CHECK(model.law().seconds(7) == doctest::Approx(7));
  for (const double predicted : {1., 2., 4., 8., 16., 32.})
    model.learn(predicted, 5 * std::pow(predicted, 1.5));
  CHECK(model.law().seconds(64) == doctest::Approx(5 * std::pow(64, 1.5)).epsilon(0.1));
  CHECK(model.law().seconds(3) == doctest::Approx(5 * std::pow(3, 1.5)).epsilon(0.1));
}

TEST_CASE("one measured label corrects the factor, not the power") {
  dft::CostModel model;
  model.learn(4, 40);
  CHECK(model.law().seconds(8) == doctest::Approx(80).epsilon(0.02));
}

TEST_CASE("a machine that gets slower is noticed within a few dozen labels") {
  dft::CostModel model;
  for (int k = 0; k < 200; ++k) model.learn(1 + k % 7, 3.0 * (1 + k % 7));
  for (int k = 0; k < 40; ++k) model.learn(1 + k % 7, 9.0 * (1 + k % 7));
  CHECK(model.law().seconds(5) == doctest::Approx(45).epsilon(0.15));
}

TEST_CASE("labels of one cell tell of each other what no law tells") {
  dft::CostModel model;
  for (int k = 0; k < 6; ++k) {
    model.learn(6, 22);
    model.learn(3.2, 22);
    model.learn(1, 2);
  }
  CHECK(model.law().seconds(6) == doctest::Approx(22).epsilon(0.1));
  CHECK(model.law().seconds(3.2) == doctest::Approx(22).epsilon(0.1));
  CHECK(model.law().seconds(1) == doctest::Approx(2).epsilon(0.1));
}

TEST_CASE("labels that took no time do no harm") {
  dft::CostModel model;
  model.learn(4, 0);
  model.learn(0, 4);
  CHECK(std::isfinite(model.law().seconds(8)));
}

TEST_CASE("time to go is right within a quarter from a tenth of the labels on") {
  auto engine = core::random_engine(3, "forecast");
  for (const int workers : {1, 2, 7}) {
    std::vector<int> atoms;
    std::vector<double> seconds;
    for (int k = 0; k < 120; ++k) {
      atoms.push_back(2 + int(60 * core::uniform(engine)));
      const double noise = std::exp(0.5 * (core::uniform(engine) - 0.5));
      const double repeated = core::uniform(engine) < 0.1 ? 2 : 1;  // healed at the second attempt
      seconds.push_back(repeated * noise * 0.05 * std::pow(atoms.back(), 1.4));
    }
    const auto history = play(atoms, seconds, workers);
    const double whole = history.front().took;
    for (std::size_t k = 12; k < history.size(); ++k) {
      CAPTURE(workers);
      CAPTURE(k);
      const double allowed = 0.25 * history[k].took;
      // At the very end single labels decide, which are only known to their own noise.
      CHECK(std::abs(history[k].told - history[k].took) < std::max(allowed, 0.03 * whole));
    }
  }
}

TEST_CASE("what is left is packed on the workers: one long job decides") {
  const auto history = play({40, 1, 1, 1, 1, 1, 1}, {40, 1, 1, 1, 1, 1, 1}, 2);
  for (const auto& [told, took] : history) CHECK(told == doctest::Approx(took).epsilon(0.05));
  CHECK(history.front().took == doctest::Approx(39));
}

TEST_CASE("spent is what all attempts took; an interrupted outcome is told from others") {
  core::Outcome outcome;
  outcome.attempts = {{"killed", "", 2, 0, ""}, {"none", "start again", 3, 5, ""}};
  CHECK(dft::seconds_of(outcome) == 5);
  CHECK_FALSE(dft::interrupted(outcome));
  outcome.attempts.back().fault = "interrupted";
  CHECK(dft::interrupted(outcome));
}
