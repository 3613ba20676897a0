#include "explore/face_clashes.hpp"

#include <algorithm>
#include <tuple>

#include "core/element.hpp"
#include "core/neighbor_list.hpp"

namespace mlip::explore {
namespace {

bool across_new_face(const PeriodicCut& cut, const core::Neighbor& pair) {
  for (int k = 0; k < 3; ++k)
    if (cut.cut[k] && pair.shift[k] != 0) return true;
  return false;
}

// How many atoms are too close to each atom across new faces.
std::vector<int> count_clashes(const PeriodicCut& cut, double closest) {
  const auto& numbers = cut.structure.numbers;
  double longest = 0;
  for (int number : numbers) longest = std::max(longest, radii(number, number));
  const core::NeighborList list(cut.structure, closest * longest);
  std::vector<int> count(numbers.size(), 0);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    for (const core::Neighbor& pair : list.of(i))
      if (across_new_face(cut, pair) &&
          pair.distance < closest * radii(numbers[i], numbers[pair.index]))
        ++count[i];
  return count;
}

// The atom to take out next, or the number of atoms where none is left to take.
std::size_t worst(const PeriodicCut& cut, const std::vector<int>& count,
                  const std::map<int, double>& wanted, double core_radius) {
  const auto& numbers = cut.structure.numbers;
  std::map<int, double> excess = composition(cut.structure);
  for (auto& [number, share] : excess) share -= wanted.at(number);
  const auto key = [&](std::size_t i) {
    return std::tuple(count[i], excess[numbers[i]], cut.distances[i]);
  };
  std::size_t chosen = numbers.size();
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (count[i] == 0 || cut.distances[i] <= core_radius) continue;
    if (chosen == numbers.size() || key(i) > key(chosen)) chosen = i;
  }
  return chosen;
}

void remove_atom(PeriodicCut& cut, std::size_t i) {
  const auto at = static_cast<std::ptrdiff_t>(i);
  cut.structure.numbers.erase(cut.structure.numbers.begin() + at);
  cut.structure.positions.erase(cut.structure.positions.begin() + at);
  cut.parents.erase(cut.parents.begin() + at);
  cut.distances.erase(cut.distances.begin() + at);
  ++cut.removed;
}

}  // namespace

std::map<int, double> composition(const core::Structure& structure) {
  std::map<int, double> shares;
  for (int number : structure.numbers)
    shares[number] += 1.0 / static_cast<double>(structure.size());
  return shares;
}

double radii(int a, int b) {
  return core::element(a).covalent_radius + core::element(b).covalent_radius;
}

void resolve_clashes(PeriodicCut& cut, const std::map<int, double>& wanted,
                     const CutOptions& options) {
  while (true) {
    const std::vector<int> count = count_clashes(cut, options.closest);
    const std::size_t i = worst(cut, count, wanted, options.core_radius);
    if (i == cut.structure.size()) return;
    remove_atom(cut, i);
  }
}

}  // namespace mlip::explore
