#include "explore/priority_queue.hpp"

#include <algorithm>
#include <cmath>

#include "core/neighbor_list.hpp"

namespace mlip::explore {
namespace {

constexpr double surroundings_radius = 5.0;  // Å
constexpr double alike = 0.1;                // Å

struct Surroundings {
  int number = 0;
  std::vector<std::pair<int, double>> neighbors;  // atomic number, distance; sorted
};

std::size_t peak(const Excursion& excursion) {
  return static_cast<std::size_t>(std::max_element(excursion.gamma.begin(), excursion.gamma.end()) -
                                  excursion.gamma.begin());
}

Surroundings surroundings(const Excursion& excursion) {
  const std::size_t center = peak(excursion);
  const core::NeighborList list(excursion.structure, surroundings_radius);
  Surroundings result{excursion.structure.numbers[center], {}};
  for (const core::Neighbor& neighbor : list.of(center))
    result.neighbors.emplace_back(excursion.structure.numbers[neighbor.index], neighbor.distance);
  std::sort(result.neighbors.begin(), result.neighbors.end());
  return result;
}

bool same(const Surroundings& a, const Surroundings& b) {
  if (a.number != b.number || a.neighbors.size() != b.neighbors.size()) return false;
  double squares = 0;
  for (std::size_t k = 0; k < a.neighbors.size(); ++k) {
    if (a.neighbors[k].first != b.neighbors[k].first) return false;
    squares += std::pow(a.neighbors[k].second - b.neighbors[k].second, 2);
  }
  return squares <= alike * alike * static_cast<double>(a.neighbors.size());
}

bool usable(const Excursion& excursion) {
  return !excursion.gamma.empty() && excursion.gamma.size() == excursion.structure.size() &&
         std::all_of(excursion.gamma.begin(), excursion.gamma.end(),
                     [](double gamma) { return std::isfinite(gamma); });
}

}  // namespace

std::vector<core::Candidate> prioritize(std::vector<Excursion> excursions,
                                        const EmbeddingOptions& options, int generation,
                                        std::size_t count) {
  std::erase_if(excursions, [](const Excursion& excursion) { return !usable(excursion); });
  std::stable_sort(
      excursions.begin(), excursions.end(),
      [](const Excursion& a, const Excursion& b) { return a.gamma[peak(a)] > b.gamma[peak(b)]; });
  std::vector<Surroundings> seen;
  std::vector<core::Candidate> candidates;
  for (const Excursion& excursion : excursions) {
    if (candidates.size() == count) break;
    const Surroundings now = surroundings(excursion);
    if (std::any_of(seen.begin(), seen.end(), [&](const auto& old) { return same(now, old); }))
      continue;
    seen.push_back(now);
    candidates.push_back(embed(excursion, options, generation));
  }
  return candidates;
}

}  // namespace mlip::explore
