#include "dft/layout.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>
#include <set>
#include <utility>

namespace mlip::dft {

namespace {

constexpr double sooner = 0.98;  // of the wall time, for which ranks are worth their risk

double wall_seconds(const Task& task, const Layout& layout) {
  return task.seconds / layout.speedup;
}

/// The fastest of the measured ones on at most so many ranks.
Layout fastest(const Speedup& speedup, int most_ranks) {
  Layout best;
  for (const auto& [ranks, times] : speedup)
    if (ranks <= most_ranks && times > best.speedup) best = {ranks, times};
  return best;
}

/// A way to lay out a batch, and when the batch would end.
class Search {
 public:
  Search(std::span<const Task> tasks, int cores)
      : tasks_(tasks),
        cores_(cores),
        longest_first_(tasks.size()),
        best_(tasks.size()),
        end_(makespan(tasks, best_, cores)) {
    std::iota(longest_first_.begin(), longest_first_.end(), std::size_t{0});
    std::ranges::stable_sort(longest_first_, std::ranges::greater{},
                             [&](std::size_t i) { return tasks_[i].seconds; });
  }

  /// The longest tasks on the same number of ranks, the others on one.
  void share_evenly() {
    for (const int ranks : measured_ranks()) {
      std::vector<Layout> layouts(tasks_.size());
      const auto most = std::min(tasks_.size(), static_cast<std::size_t>(cores_));
      for (const std::size_t task : std::span(longest_first_).first(most)) {
        layouts[task] = fastest(tasks_[task].speedup, ranks);
        consider(layouts);
      }
    }
  }

  /// More ranks for whichever task takes longest, as long as the batch ends sooner for it.
  void hasten_longest() {
    for (bool ends_sooner = true; ends_sooner;) {
      const auto slowest = *std::ranges::max_element(
          longest_first_, {}, [&](std::size_t i) { return wall_seconds(tasks_[i], best_[i]); });
      const auto next = tasks_[slowest].speedup.upper_bound(best_[slowest].ranks);
      if (next == tasks_[slowest].speedup.end() || next->first > cores_) return;
      auto layouts = best_;
      layouts[slowest] = {next->first, next->second};
      ends_sooner = consider(layouts);
    }
  }

  [[nodiscard]] const std::vector<Layout>& best() const { return best_; }

 private:
  [[nodiscard]] std::set<int> measured_ranks() const {
    std::set<int> ranks;
    for (const Task& task : tasks_)
      for (const auto& [number, times] : task.speedup)
        if (number <= cores_) ranks.insert(number);
    return ranks;
  }

  bool consider(const std::vector<Layout>& layouts) {
    const double end = makespan(tasks_, layouts, cores_);
    if (end >= sooner * end_) return false;
    best_ = layouts;
    end_ = end;
    return true;
  }

  std::span<const Task> tasks_;
  int cores_;
  std::vector<std::size_t> longest_first_;
  std::vector<Layout> best_;
  double end_;
};

}  // namespace

double makespan(std::span<const Task> tasks, std::span<const Layout> layouts, int cores) {
  std::vector<std::size_t> order(tasks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t i) {
    return std::pair(layouts[i].ranks, wall_seconds(tasks[i], layouts[i]));
  });
  std::priority_queue<double, std::vector<double>, std::greater<>> free_at(
      std::greater<>{}, std::vector(static_cast<std::size_t>(std::max(1, cores)), 0.0));
  double begin = 0, last = 0;
  for (const std::size_t i : order) {
    const int ranks = std::min(layouts[i].ranks, cores);
    for (int k = 0; k < ranks; ++k) {
      begin = free_at.top();
      free_at.pop();
    }
    const double end = begin + wall_seconds(tasks[i], layouts[i]);
    for (int k = 0; k < ranks; ++k) free_at.push(end);
    last = std::max(last, end);
  }
  return last;
}

std::vector<Layout> lay_out(std::span<const Task> tasks, int cores) {
  if (cores < 2 || tasks.empty() || tasks.size() > largest_laid_out)
    return std::vector<Layout>(tasks.size());
  Search search(tasks, cores);
  search.share_evenly();
  search.hasten_longest();
  return search.best();
}

}  // namespace mlip::dft
