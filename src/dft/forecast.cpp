#include "dft/forecast.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>

namespace mlip::dft {

namespace {

/// A job beyond its expected time is taken to need this share of it still.
constexpr double overdue_share = 0.2;
constexpr std::ptrdiff_t scouts = 4, fewest_to_scout = 20;

}  // namespace

std::vector<std::size_t> dearest_first(const Oracle& oracle, std::span<const Job> jobs) {
  std::vector<double> cost;
  for (const Job& job : jobs) cost.push_back(oracle.cost(job.structure));
  std::vector<std::size_t> order(jobs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t i) {
    return std::pair(jobs[i].layout.ranks, cost[i] / jobs[i].layout.speedup);
  });
  const auto single =
      std::ranges::find(order, 1, [&](std::size_t i) { return jobs[i].layout.ranks; });
  // Learned from the dearest alone, the law of cost is off by a third where the cheap ones are.
  const std::ptrdiff_t number = order.end() - single;
  if (number >= fewest_to_scout)
    for (std::ptrdiff_t k = 0; k < scouts; ++k) {
      const auto scout = single + (k + 1) * (number - 1) / scouts;
      std::rotate(single + k, scout, scout + 1);
    }
  return order;
}

double core_seconds_of(const core::Outcome& outcome) {
  double seconds = 0;
  for (const auto& attempt : outcome.attempts) seconds += attempt.core_seconds();
  return seconds;
}

double seconds_of(const core::Outcome& outcome) {
  double seconds = 0;
  for (const auto& attempt : outcome.attempts) seconds += attempt.seconds;
  return seconds;
}

Forecast::Forecast(const Oracle& oracle, std::span<const Job> jobs, int workers, double now,
                   CostModel known)
    : workers_(static_cast<std::size_t>(std::max(1, workers))),
      free_(workers_),
      model_(std::move(known)),
      entries_(jobs.size()),
      order_(dearest_first(oracle, jobs)) {
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    entries_[i].predicted = oracle.cost(jobs[i].structure);
    entries_[i].layout = jobs[i].layout;
  }
  begin_next(now);
}

std::size_t Forecast::workers_of(const Entry& entry) const {
  return std::min(static_cast<std::size_t>(entry.layout.ranks), workers_);
}

void Forecast::begin_next(double now) {
  for (; next_ < order_.size(); ++next_) {
    Entry& entry = entries_[order_[next_]];
    if (entry.state != State::waiting) continue;
    if (free_ < workers_of(entry)) return;
    free_ -= workers_of(entry);
    entry.begun = now;
    entry.state = State::running;
  }
}

void Forecast::finish(std::size_t job, double core_seconds, double now) {
  Entry& entry = entries_[job];
  if (entry.state == State::running) free_ += workers_of(entry);
  entry.state = State::done;
  spent_ += core_seconds;
  model_.learn(entry.predicted, core_seconds * entry.layout.speedup / entry.layout.ranks);
  begin_next(now);
}

double Forecast::left(double now) {
  constexpr double often = 0.1;
  if (packed_at_ < 0 || now - packed_at_ >= often) {
    end_ = now + packed(now);
    packed_at_ = now;
  }
  return std::max(0.0, end_ - now);
}

double Forecast::packed(double now) {
  while (first_open_ < order_.size() && entries_[order_[first_open_]].state == State::done)
    ++first_open_;
  std::priority_queue<double, std::vector<double>, std::greater<>> free_at(
      std::greater<>{}, std::vector(workers_, 0.0));
  const CostLaw law = model_.law();
  double last = 0;
  for (std::size_t k = first_open_; k < order_.size(); ++k) {
    const Entry& entry = entries_[order_[k]];
    if (entry.state == State::done) continue;
    double needed = law.seconds(entry.predicted) / entry.layout.speedup;
    if (entry.state == State::running)
      needed = std::max(overdue_share * needed, needed - (now - entry.begun));
    double begin = 0;
    for (std::size_t core = 0; core < workers_of(entry); ++core) {
      begin = free_at.top();
      free_at.pop();
    }
    const double end = begin + needed;
    for (std::size_t core = 0; core < workers_of(entry); ++core) free_at.push(end);
    last = std::max(last, end);
  }
  return last;
}

}  // namespace mlip::dft
