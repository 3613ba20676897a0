/// How long a batch of labels will still take, and what it has cost so far.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "dft/cost_model.hpp"
#include "dft/oracle.hpp"

namespace mlip::dft {

/// Follows compute_batch(): jobs in their order, a worker takes the next as it gets free.  Times
/// `now` are seconds on any clock.
class Forecast {
 public:
  /// `known`: what earlier batches taught.
  Forecast(const Oracle& oracle, std::span<const Job> jobs, int workers, double now,
           CostModel known = {});

  /// The job has ended after `seconds` of work.
  void finish(std::size_t job, double seconds, double now);
  /// Wall seconds to go: what is left is packed on the workers, anew ten times a second at most.
  [[nodiscard]] double left(double now);
  /// Seconds of work done, of all jobs so far.
  [[nodiscard]] double spent() const { return spent_; }

 private:
  enum class State { waiting, running, done };
  struct Entry {
    double predicted = 0, begun = 0;
    State state = State::waiting;
  };
  void begin_next(double now);
  [[nodiscard]] double packed(double now);

  std::size_t workers_;
  CostModel model_;
  std::vector<Entry> entries_;
  std::vector<std::size_t> order_;
  std::size_t next_ = 0, first_open_ = 0;
  double spent_ = 0, packed_at_ = -1, end_ = 0;  ///< when it was packed last, and the end then
};

/// Indices of the jobs: a few from the dear to the cheapest, by which costs are learned, then the
/// dearest first.  Of less than 20 the dearest first.
[[nodiscard]] std::vector<std::size_t> dearest_first(const Oracle& oracle,
                                                     std::span<const Job> jobs);

/// Wall time of all attempts, s.
[[nodiscard]] double seconds_of(const core::Outcome& outcome);

}  // namespace mlip::dft
