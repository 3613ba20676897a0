#include "dft/magnetism.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

#include "core/element.hpp"
#include "core/magnetic_order.hpp"
#include "core/neighbor_list.hpp"

namespace mlip::dft {

namespace {

constexpr double near_in_volume = 0.04;
constexpr double least_jump = 0.3;  // μ_B an atom
constexpr double relative_jump = 0.25;
constexpr double same_energy = 1e-4;  // eV an atom
constexpr const char* state_fault = "magnetic state";
constexpr const char* neighbor_start = "moments of a neighbour";
constexpr const char* high_spin_start = "high spin";
constexpr const char* alternating_start = "antiferromagnetic";

std::string reduced_formula(const core::Structure& structure) {
  std::map<int, int> counts;
  for (const int number : structure.numbers) ++counts[number];
  int divisor = 0;
  for (const auto& [number, count] : counts) divisor = std::gcd(divisor, count);
  std::string formula;
  for (const auto& [number, count] : counts)
    formula += std::string(core::element(number).symbol) + std::to_string(count / divisor);
  return formula;
}

bool jumps(const MagneticState& a, const MagneticState& b) {
  const auto far = [](double one, double other) {
    return std::abs(one - other) > std::max(least_jump, relative_jump * std::max(one, other));
  };
  return far(a.moment, b.moment) || far(a.total, b.total);
}

/// Infinite where the two are no neighbours; by volume where there are no descriptors.
double distance(const MagneticState& a, const MagneticState& b) {
  constexpr double far = std::numeric_limits<double>::infinity();
  const double dilation = std::abs(a.volume - b.volume) / std::max(a.volume, b.volume);
  if (a.composition != b.composition || dilation > near_in_volume) return far;
  return a.descriptor.size() > 0 ? (a.descriptor - b.descriptor).norm() : dilation;
}

MagneticStart start_like(const core::Structure& structure, const core::Labels& labels) {
  MagneticStart start;
  const bool antiferromagnetic = core::magnetic_order(labels) == "antiferromagnetic";
  std::map<int, int> counts;
  for (std::size_t i = 0; i < structure.size(); ++i) {
    const int number = structure.numbers[i];
    start.alternating = start.alternating || (antiferromagnetic && alternates(number));
    ++counts[number];
  }
  for (std::size_t i = 0; i < structure.size(); ++i) {
    const double moment = labels.magnetic_moments[i];
    start.moments[structure.numbers[i]] +=
        (start.alternating ? std::abs(moment) : moment) / counts[structure.numbers[i]];
  }
  return start;
}

}  // namespace

std::optional<MagneticState> magnetic_state(const core::Structure& structure,
                                            const core::Labels& labels) {
  if (labels.magnetic_moments.size() != structure.size() || structure.size() == 0 ||
      !structure.cell.all_periodic())
    return std::nullopt;
  MagneticState state;
  state.composition = reduced_formula(structure);
  const auto atoms = static_cast<double>(structure.size());
  state.volume = structure.cell.volume() / atoms;
  for (const double moment : labels.magnetic_moments) {
    state.moment += std::abs(moment) / atoms;
    state.total += moment / atoms;
  }
  state.total = std::abs(state.total);
  state.start = start_like(structure, labels);
  return state;
}

std::vector<OffBranch> off_branch(std::span<const MagneticState> states) {
  std::vector<OffBranch> found;
  for (std::size_t i = 0; i < states.size(); ++i) {
    std::size_t nearest = i;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t j = 0; j < states.size(); ++j)
      if (const double d = distance(states[i], states[j]); j != i && d < least) {
        least = d;
        nearest = j;
      }
    if (nearest != i && jumps(states[i], states[nearest])) found.push_back({i, nearest});
  }
  return found;
}

std::vector<MagneticStart> other_starts(const core::Structure& structure,
                                        const MagneticState& neighbor) {
  MagneticStart same = neighbor.start;
  same.name = neighbor_start;
  MagneticStart high{high_spin_start, {}, false};
  bool alternating = false;
  for (const int number : structure.numbers) {
    high.moments[number] = core::element(number).atomic_moment;
    alternating = alternating || alternates(number);
  }
  std::vector<MagneticStart> starts = {same, high};
  if (alternating) starts.push_back({alternating_start, high.moments, true});
  return starts;
}

bool same_branch(const core::Structure& structure, const core::Labels& a, const core::Labels& b) {
  const auto one = magnetic_state(structure, a), other = magnetic_state(structure, b);
  return !one || !other || !jumps(*one, *other);
}

core::Outcome lower(const core::Outcome& before, const core::Outcome& again, std::size_t atoms) {
  const bool better =
      again.accepted &&
      *again.labels.energy < *before.labels.energy - same_energy * static_cast<double>(atoms);
  core::Outcome first = before, second = again;
  for (core::Attempt& attempt : (better ? first : second).attempts)
    if (attempt.fault == "none") attempt.fault = state_fault;
  first.attempts.insert(first.attempts.end(), second.attempts.begin(), second.attempts.end());
  if (better) std::swap(first.attempts, second.attempts);
  return better ? second : first;
}

bool alternates(int atomic_number) {
  return atomic_number == 24 || atomic_number == 25;
}

std::vector<int> alternating_signs(const core::Structure& structure) {
  std::vector<int> signs(structure.size(), 0);
  const double nearest = core::minimum_distance(structure);
  const core::NeighborList near(structure, std::isfinite(nearest) ? 1.2 * nearest : 3.0);
  for (std::size_t i = 0; i < structure.size(); ++i) {
    if (!alternates(structure.numbers[i])) {
      signs[i] = 1;
      continue;
    }
    int sum = 0;  // of those that have a sign already
    for (const auto& neighbor : near.of(i)) {
      const auto j = static_cast<std::size_t>(neighbor.index);
      if (alternates(structure.numbers[j])) sum += signs[j];
    }
    const auto down = std::ranges::count(signs, -1), up = std::ranges::count(signs, 1);
    signs[i] = sum != 0 ? (sum > 0 ? -1 : 1) : (up > down ? -1 : 1);
  }
  return signs;
}

}  // namespace mlip::dft
