#include "dft/forecast.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>

namespace mlip::dft {

namespace {

/// A job beyond its expected time is taken to need this share of it still.
constexpr double overdue_share = 0.2;
constexpr std::size_t scouts = 4, fewest_to_scout = 20;

}  // namespace

std::vector<std::size_t> dearest_first(const Oracle& oracle, std::span<const Job> jobs) {
  std::vector<double> cost;
  for (const Job& job : jobs) cost.push_back(oracle.cost(job.structure));
  std::vector<std::size_t> order(jobs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return cost[a] > cost[b]; });
  // Learned from the dearest alone, the law of cost is off by a third where the cheap ones are.
  if (order.size() >= fewest_to_scout)
    for (std::size_t k = 0; k < scouts; ++k) {
      const auto scout = order.begin() + std::ptrdiff_t((k + 1) * (order.size() - 1) / scouts);
      std::rotate(order.begin() + std::ptrdiff_t(k), scout, scout + 1);
    }
  return order;
}

double seconds_of(const core::Outcome& outcome) {
  double seconds = 0;
  for (const auto& attempt : outcome.attempts) seconds += attempt.seconds;
  return seconds;
}

Forecast::Forecast(const Oracle& oracle, std::span<const Job> jobs, int workers, double now,
                   CostModel known)
    : workers_(static_cast<std::size_t>(std::max(1, workers))),
      model_(std::move(known)),
      entries_(jobs.size()),
      order_(dearest_first(oracle, jobs)) {
  for (std::size_t i = 0; i < jobs.size(); ++i)
    entries_[i].predicted = oracle.cost(jobs[i].structure);
  for (std::size_t k = 0; k < workers_; ++k) begin_next(now);
}

void Forecast::begin_next(double now) {
  while (next_ < order_.size() && entries_[order_[next_]].state != State::waiting) ++next_;
  if (next_ == order_.size()) return;
  entries_[order_[next_]].begun = now;
  entries_[order_[next_++]].state = State::running;
}

void Forecast::finish(std::size_t job, double seconds, double now) {
  entries_[job].state = State::done;
  spent_ += seconds;
  model_.learn(entries_[job].predicted, seconds);
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
    double needed = law.seconds(entry.predicted);
    if (entry.state == State::running)
      needed = std::max(overdue_share * needed, needed - (now - entry.begun));
    const double end = free_at.top() + needed;
    free_at.pop();
    free_at.push(end);
    last = std::max(last, end);
  }
  return last;
}

}  // namespace mlip::dft
