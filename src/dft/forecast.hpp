/// How long a batch of labels will still take, and what it has cost so far.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "dft/cost_model.hpp"
#include "dft/oracle.hpp"

namespace mlip::dft {

/// Follows compute_batch(): jobs in their order, each as soon as there are workers for its ranks.
/// Times `now` are seconds on any clock.
class Forecast {
 public:
  /// `known`: what earlier batches taught.
  Forecast(const Oracle& oracle, std::span<const Job> jobs, int workers, double now,
           CostModel known = {});

  /// The job has ended after so much core time.
  void finish(std::size_t job, double core_seconds, double now);
  /// Wall seconds to go: what is left is packed on the workers, anew ten times a second at most.
  [[nodiscard]] double left(double now);
  /// Core time of all jobs so far, s.
  [[nodiscard]] double spent() const { return spent_; }

 private:
  enum class State { waiting, running, done };
  struct Entry {
    double predicted = 0, begun = 0;
    Layout layout = {};
    State state = State::waiting;
  };
  [[nodiscard]] std::size_t workers_of(const Entry& entry) const;
  void begin_next(double now);
  [[nodiscard]] double packed(double now);

  std::size_t workers_, free_;
  CostModel model_;
  std::vector<Entry> entries_;
  std::vector<std::size_t> order_;
  std::size_t next_ = 0, first_open_ = 0;
  double spent_ = 0, packed_at_ = -1, end_ = 0;  ///< when it was packed last, and the end then
};

/// Indices of the jobs: those on several ranks, most first, then a few from the dear to the
/// cheapest, by which costs are learned, then the dearest first.  Of less than 20 on one rank the
/// dearest first.
[[nodiscard]] std::vector<std::size_t> dearest_first(const Oracle& oracle,
                                                     std::span<const Job> jobs);

/// Core time of all attempts, s.
[[nodiscard]] double core_seconds_of(const core::Outcome& outcome);
/// Wall time of all attempts, s.
[[nodiscard]] double seconds_of(const core::Outcome& outcome);

}  // namespace mlip::dft
