#include "dft/magnetism.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

#include "core/element.hpp"
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

bool jumps(double a, double b) {
  return std::abs(a - b) > std::max(least_jump, relative_jump * std::max(a, b));
}

double distance(const MagneticState& a, const MagneticState& b) {
  if (a.composition != b.composition) return std::numeric_limits<double>::infinity();
  return std::abs(a.volume - b.volume) / std::max(a.volume, b.volume);
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
  std::map<int, int> counts;
  for (std::size_t i = 0; i < structure.size(); ++i) {
    const double moment = labels.magnetic_moments[i];
    state.moment += std::abs(moment) / atoms;
    state.of_element[structure.numbers[i]] += moment;
    ++counts[structure.numbers[i]];
  }
  for (auto& [number, moment] : state.of_element) moment /= counts[number];
  return state;
}

std::vector<OffBranch> off_branch(std::span<const MagneticState> states) {
  std::vector<OffBranch> found;
  for (std::size_t i = 0; i < states.size(); ++i) {
    std::size_t nearest = i;
    double least = near_in_volume;
    for (std::size_t j = 0; j < states.size(); ++j)
      if (const double d = distance(states[i], states[j]); j != i && d < least) {
        least = d;
        nearest = j;
      }
    if (nearest != i && jumps(states[i].moment, states[nearest].moment))
      found.push_back({i, nearest});
  }
  return found;
}

std::vector<MagneticStart> other_starts(const core::Structure& structure,
                                        const MagneticState& neighbor) {
  MagneticStart same{neighbor_start, neighbor.of_element, false};
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

bool tried_from_elsewhere(const core::Outcome& outcome) {
  return std::ranges::any_of(outcome.attempts, [](const core::Attempt& attempt) {
    return attempt.remedy == neighbor_start || attempt.remedy == high_spin_start ||
           attempt.remedy == alternating_start;
  });
}

core::Outcome lower(const core::Outcome& before, const core::Outcome& again, std::size_t atoms) {
  const bool better =
      again.accepted &&
      *again.labels.energy < *before.labels.energy - same_energy * static_cast<double>(atoms);
  core::Outcome result = better ? again : before;
  core::Outcome other = better ? before : again;
  for (core::Attempt& attempt : other.attempts)
    if (attempt.fault == "none") attempt.fault = state_fault;
  result.attempts.insert(better ? result.attempts.begin() : result.attempts.end(),
                         other.attempts.begin(), other.attempts.end());
  return result;
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
    int sum = 0;
    for (const auto& neighbor : near.of(i)) {
      const auto j = static_cast<std::size_t>(neighbor.index);
      if (j < i && alternates(structure.numbers[j])) sum += signs[j];
    }
    const auto down = std::ranges::count(signs, -1), up = std::ranges::count(signs, 1);
    signs[i] = sum != 0 ? (sum > 0 ? -1 : 1) : (up > down ? -1 : 1);
  }
  return signs;
}

}  // namespace mlip::dft
