#include "select/shares.hpp"

#include <algorithm>
#include <numeric>

namespace mlip::select {

std::vector<std::size_t> fair_shares(std::span<const std::size_t> sizes, std::size_t count) {
  std::vector<std::size_t> shares(sizes.size(), 0);
  count = std::min(count, std::accumulate(sizes.begin(), sizes.end(), std::size_t{0}));
  // Those without a share come first, as 1/0 is more than any quotient.
  const auto claim = [&](std::size_t group) {
    return static_cast<double>(sizes[group]) / static_cast<double>(shares[group]);
  };
  std::vector<std::size_t> groups(sizes.size());
  std::iota(groups.begin(), groups.end(), 0);
  std::ranges::stable_sort(groups, std::ranges::greater{}, [&](std::size_t g) { return sizes[g]; });
  for (; count > 0; --count) {
    std::size_t next = sizes.size();
    for (const std::size_t group : groups)
      if (shares[group] < sizes[group] && (next == sizes.size() || claim(group) > claim(next)))
        next = group;
    ++shares[next];
  }
  return shares;
}

}  // namespace mlip::select
