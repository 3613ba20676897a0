#include "dft/oracle.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <queue>
#include <thread>
#include <vector>

#include "core/error.hpp"
#include "dft/forecast.hpp"

namespace mlip::dft {

namespace {

/// Work goes out by index, outcomes come back through one queue.
class Batch {
 public:
  Batch(const Oracle& oracle, std::span<const Job> jobs, int workers)
      : oracle_(oracle),
        jobs_(jobs),
        cores_(std::max(1, workers)),
        free_(cores_),
        order_(dearest_first(oracle, jobs)) {}

  void work(const std::stop_token& stop) {
    while (const auto taken = take(stop)) {
      Finished finished{*taken, {}, nullptr};
      try {
        finished.outcome = label(jobs_[*taken], stop);
      } catch (...) {
        finished.error = std::current_exception();
      }
      give_back(*taken);
      put(std::move(finished), stop);
    }
    const std::lock_guard lock(mutex_);
    --workers_;
    changed_.notify_one();
  }

  void expect_workers(int workers) { workers_ = workers; }

  /// Hands outcomes to `done` until every worker has left.
  void collect(const Done& done) {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return !finished_.empty() || workers_ == 0; });
      if (finished_.empty()) return;
      const Finished finished = std::move(finished_.front());
      finished_.pop();
      room_.notify_one();
      lock.unlock();
      if (finished.error) std::rethrow_exception(finished.error);
      done(finished.index, finished.outcome);
      lock.lock();
    }
  }

 private:
  struct Finished {
    std::size_t index;
    core::Outcome outcome;
    std::exception_ptr error;
  };

  [[nodiscard]] int cores_of(std::size_t job) const {
    return std::min(jobs_[job].layout.ranks, cores_);
  }

  /// The next job as soon as its cores are free; none where all are taken or stop is asked for.
  std::optional<std::size_t> take(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    (void)free_cores_.wait(
        lock, stop, [this] { return next_ == order_.size() || free_ >= cores_of(order_[next_]); });
    if (next_ == order_.size() || stop.stop_requested()) return std::nullopt;
    free_ -= cores_of(order_[next_]);
    return order_[next_++];
  }

  void give_back(std::size_t job) {
    const std::lock_guard lock(mutex_);
    free_ += cores_of(job);
    free_cores_.notify_all();
  }

  [[nodiscard]] core::Outcome label(const Job& job, const std::stop_token& stop) const {
    if (job.layout.ranks == 1) return oracle_.label_from(job.structure, job.start, job.name, stop);
    MLIP_ASSERT(oracle_.ranks() != nullptr);
    return oracle_.ranks()
        ->on(job.layout.ranks)
        ->label_from(job.structure, job.start, job.name, stop);
  }

  /// Waits where the receiver is slower than the workers: what nobody has received is lost by a
  /// kill.
  void put(Finished finished, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    (void)room_.wait(lock, stop, [this] { return finished_.size() < most_unreceived; });
    finished_.push(std::move(finished));
    changed_.notify_one();
  }

  static constexpr std::size_t most_unreceived = 256;
  const Oracle& oracle_;
  std::span<const Job> jobs_;
  int cores_, free_;
  std::vector<std::size_t> order_;
  std::size_t next_ = 0;
  int workers_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable_any room_, free_cores_;
  std::queue<Finished> finished_;
};

}  // namespace

bool interrupted(const core::Outcome& outcome) {
  return !outcome.attempts.empty() && outcome.attempts.back().fault == "interrupted";
}

core::Outcome Oracle::label_from(const core::Structure& structure, const MagneticStart&,
                                 const std::string& name, std::stop_token stop) const {
  return label(structure, name, std::move(stop));
}

void Oracle::learn(const core::Experience&) const {}

void Executor::lay_out(const Oracle& oracle, std::vector<Job>& jobs, std::stop_token) const {
  const int asked = oracle.ranks() != nullptr ? oracle.ranks()->asked() : 0;
  for (Job& job : jobs)
    job.layout = asked > 1 ? Layout{asked, static_cast<double>(asked)} : Layout{};
}

void compute_batch(const Oracle& oracle, std::span<const Job> jobs, int workers,
                   std::stop_token stop, const Done& done) {
  Batch batch(oracle, jobs, workers);
  const int threads = std::clamp(workers, 1, std::max(1, static_cast<int>(jobs.size())));
  batch.expect_workers(threads);
  std::stop_source ours;  // also ends the others where one throws
  const std::stop_callback forward(stop, [&ours] { ours.request_stop(); });
  std::vector<std::jthread> pool;
  for (int i = 0; i < threads; ++i)
    pool.emplace_back([&batch, token = ours.get_token()] { batch.work(token); });
  try {
    batch.collect(done);
  } catch (...) {
    ours.request_stop();
    throw;
  }
}

}  // namespace mlip::dft
