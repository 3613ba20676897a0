#include "dft/cluster/chunking.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <queue>
#include <utility>

namespace mlip::dft {

std::vector<std::vector<std::size_t>> chunks_of(const std::vector<double>& seconds,
                                                const ChunkSizes& sizes) {
  if (seconds.empty()) return {};
  const double total = std::accumulate(seconds.begin(), seconds.end(), 0.0);
  const double shortest = std::min(sizes.shortest_seconds, sizes.task_seconds);
  const double length = std::clamp(total / sizes.tasks_at_once, shortest, sizes.task_seconds);
  const auto count = static_cast<std::size_t>(
      std::clamp(std::ceil(total / length), 1.0, static_cast<double>(seconds.size())));
  std::vector<std::size_t> order(seconds.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater(), [&](std::size_t k) { return seconds[k]; });
  std::vector<std::vector<std::size_t>> chunks(count);
  using Load = std::pair<double, std::size_t>;
  std::priority_queue<Load, std::vector<Load>, std::greater<>> loads;
  for (std::size_t k = 0; k < count; ++k) loads.emplace(0, k);
  for (const std::size_t index : order) {
    const auto [load, lightest] = loads.top();
    loads.pop();
    chunks[lightest].push_back(index);
    loads.emplace(load + seconds[index], lightest);
  }
  return chunks;
}

}  // namespace mlip::dft
