#include "dft/local_executor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <thread>

#include "core/date.hpp"
#include "dft/mpi_ranks.hpp"

namespace mlip::dft {

namespace {

/// 1, 2, 4, ... and the last.
std::vector<int> ranks_to_try(int most) {
  std::vector<int> ranks;
  for (int number = 2; number < most; number *= 2) ranks.push_back(number);
  if (most > 1) ranks.push_back(most);
  return ranks;
}

/// A batch whose layout is sought, and what is known of its speeds.
class Workload {
 public:
  Workload(const Oracle& oracle, const std::vector<Job>& jobs, int cores, RankTable& table)
      : ranks_(*oracle.ranks()), jobs_(jobs), cores_(cores), table_(table) {
    for (const Job& job : jobs)
      extents_.push_back({oracle.cost(job.structure), ranks_.shared_points(job.structure)});
  }

  /// The dearest whose speeds are not known and worth a measurement, or none.
  [[nodiscard]] const Job* worth_measuring() const {
    const Job* dearest = nullptr;
    double most = 0;
    for (std::size_t i = 0; i < jobs_.size(); ++i)
      if (extents_[i].core_seconds > most && !table_.knows(extents_[i], cores_)) {
        most = extents_[i].core_seconds;
        dearest = &jobs_[i];
      }
    return dearest != nullptr && hoped_gain() > std::max(least_gain, cost_of_trials(most))
               ? dearest
               : nullptr;
  }

  /// Runs the structure on 1, 2, 4, ... ranks until more of them gain nothing.  Nothing where it
  /// does not run at all or is asked to stop.
  [[nodiscard]] std::optional<Speedup> measure(const Job& job, const std::stop_token& stop) const {
    const Extent& extent = extents_[static_cast<std::size_t>(&job - jobs_.data())];
    const int most = useful_ranks(extent, cores_);
    MeasuredSpeed measured{job.structure.formula(), core::today(), extent, most};
    constexpr double unlimited = std::numeric_limits<double>::infinity();
    const auto alone = ranks_.try_on(1, job.structure, unlimited, stop);
    if (!alone) return std::nullopt;
    double fastest = *alone;
    for (const int ranks : ranks_to_try(most)) {
      const auto seconds = ranks_.try_on(ranks, job.structure, fastest, stop);
      if (stop.stop_requested()) return std::nullopt;
      if (!seconds || *seconds >= fastest) break;
      fastest = *seconds;
      measured.speedup[ranks] = *alone / fastest;
    }
    table_.keep(measured);
    return measured.speedup;
  }

  [[nodiscard]] std::vector<Task> tasks() const {
    std::vector<Task> tasks;
    for (const Extent& extent : extents_)
      tasks.push_back({extent.core_seconds, table_.speedup(extent)});
    return tasks;
  }

 private:
  static constexpr double least_gain = 10;       // s
  static constexpr double share_of_trial = 0.2;  // of a label's time: two of ten SCF steps

  /// Seconds by which the batch would end sooner if ranks lost nothing.
  [[nodiscard]] double hoped_gain() const {
    auto hoped = tasks();
    for (std::size_t i = 0; i < hoped.size(); ++i)
      if (!table_.knows(extents_[i], cores_))
        for (const int ranks : ranks_to_try(useful_ranks(extents_[i], cores_)))
          hoped[i].speedup[ranks] = ranks;
    const auto known = tasks();
    return makespan(known, dft::lay_out(known, cores_), cores_) -
           makespan(hoped, dft::lay_out(hoped, cores_), cores_);
  }

  [[nodiscard]] double cost_of_trials(double core_seconds) const {
    double shares = 1;
    for (const int ranks : ranks_to_try(cores_)) shares += 1.0 / ranks;
    return share_of_trial * shares * core_seconds;
  }

  const MpiRanks& ranks_;
  const std::vector<Job>& jobs_;
  int cores_;
  RankTable& table_;
  std::vector<Extent> extents_;
};

}  // namespace

LocalExecutor::LocalExecutor(int cores, std::filesystem::path measured, Tell tell)
    : cores_(std::max(1, cores)), measured_(std::move(measured)), tell_(std::move(tell)) {}

void LocalExecutor::lay_out(const Oracle& oracle, std::vector<Job>& jobs,
                            std::stop_token stop) const {
  const MpiRanks* const ranks = oracle.ranks();
  if (ranks == nullptr || ranks->asked() > 0 || cores_ == 1 || jobs.size() > largest_laid_out)
    return Executor::lay_out(oracle, jobs, stop);
  RankTable table(measured_, static_cast<int>(std::thread::hardware_concurrency()));
  const Workload workload(oracle, jobs, cores_, table);
  for (const Job* job = workload.worth_measuring(); job != nullptr;
       job = workload.worth_measuring()) {
    if (tell_) tell_(fmt::format("measuring {} on several ranks", job->structure.formula()));
    const auto speedup = workload.measure(*job, stop);
    if (!speedup) break;
    if (tell_) tell_(fmt::format("{} is {}", job->structure.formula(), describe(*speedup)));
  }
  const auto layouts = dft::lay_out(workload.tasks(), cores_);
  for (std::size_t i = 0; i < jobs.size(); ++i) jobs[i].layout = layouts[i];
}

void LocalExecutor::label(const Oracle& oracle, std::span<const Job> jobs, std::stop_token stop,
                          const Done& done) const {
  compute_batch(oracle, jobs, cores_, std::move(stop), done);
}

}  // namespace mlip::dft
