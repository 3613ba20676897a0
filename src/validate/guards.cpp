#include "validate/guards.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/element.hpp"
#include "core/neighbor_list.hpp"
#include "potential/dynamics.hpp"

namespace mlip::validate {

namespace {

constexpr double hole_limit_mev = 5;
// Of a pair alone: its distance over the shortest one of the data, and what of its energy is gained
// nearer than these.
constexpr double shortest_bond = 0.8, last_share = 0.1, last_gain = 0.5;  // eV
// Atoms nearer than this × the sum of their covalent radii are bonded; no diatomic molecule is more
// strongly so (CO: 11.2 eV).
constexpr double bonded = 1.3, strongest_bond = 12;  // eV
constexpr double drift_limit = 1e-6;

/// Energy and slope dE/dr along an approach.
struct PairPoint {
  double distance, energy, slope;
};

PairPoint pair_point(const potential::Calculator& model, const Approach& approach, double r) {
  core::Structure nearer = approach.start;
  const core::Vec3 between = nearer.positions[static_cast<std::size_t>(approach.moved)] -
                             nearer.positions[static_cast<std::size_t>(approach.still)];
  const core::Vec3 along = between.normalized();
  for (const int atom : approach.moving)
    nearer.positions[static_cast<std::size_t>(atom)] += (r - between.norm()) * along;
  const auto at = model.evaluate(nearer);
  PairPoint point{r, at.energy, 0};
  for (const int atom : approach.moving)
    point.slope -= at.forces[static_cast<std::size_t>(atom)].dot(along);
  return point;
}

std::pair<int, int> numbers_of(const Approach& approach) {
  const auto& numbers = approach.start.numbers;
  return std::minmax({numbers[static_cast<std::size_t>(approach.still)],
                      numbers[static_cast<std::size_t>(approach.moved)]});
}

std::string name_of(const Approach& approach) {
  const auto [a, b] = numbers_of(approach);
  return fmt::format("{} {}-{}", approach.start.size() == 2 ? "dimer" : "bond",
                     core::element(a).symbol, core::element(b).symbol);
}

/// Whether the change of energy from `a` to `b` is the integral of the slope, by Simpson's rule
/// with the point in the `middle`; what the slope changes by explains a difference.
bool slope_agrees(const PairPoint& a, const PairPoint& middle, const PairPoint& b) {
  const double mean = (a.slope + 4 * middle.slope + b.slope) / 6;
  const double change = std::abs(a.slope - b.slope);
  return std::abs((b.energy - a.energy) / (b.distance - a.distance) - mean) <=
         1e-3 * (1 + std::abs(mean)) + change;
}

/// What a pair alone may fall to from the shortest distance of the data.
struct Bond {
  double nearest, lowest;  ///< Å, eV

  /// `climbed` (eV): since the lowest energy so far; behind a hill there is no bond.
  [[nodiscard]] bool leads_on(const PairPoint& to, double climbed) const {
    return to.distance >= nearest && to.energy >= lowest && 1000 * climbed <= hole_limit_mev;
  }
};

double sum_of_radii(const std::pair<int, int>& numbers) {
  return core::element(numbers.first).covalent_radius +
         core::element(numbers.second).covalent_radius;
}

Bond bond_of(const potential::Calculator& model, const Approach& approach,
             const PairPoint& shortest, bool bond_ahead) {
  if (approach.start.size() > 2) return {shortest.distance, shortest.energy};
  if (bond_ahead)
    return {shortest_bond * sum_of_radii(numbers_of(approach)), shortest.energy - strongest_bond};
  const double gained = pair_point(model, approach, model.cutoff()).energy - shortest.energy;
  return {shortest_bond * shortest.distance,
          shortest.energy - std::clamp(last_share * gained, 0.0, last_gain)};
}

double fs_of_a_step(const core::Structure& structure) {
  double lightest = std::numeric_limits<double>::infinity();
  for (const int number : structure.numbers)
    lightest = std::min(lightest, core::element(number).mass);
  return std::clamp(0.2 * std::sqrt(lightest), 0.1, 1.0);
}

/// Least-squares slope of evenly spaced values, per point.
double slope_of(const std::vector<double>& values) {
  const double middle = (static_cast<double>(values.size()) - 1) / 2;
  double product = 0, squares = 0;
  for (std::size_t k = 0; k < values.size(); ++k) {
    const double x = static_cast<double>(k) - middle;
    product += x * values[k];
    squares += x * x;
  }
  return product / squares;
}

}  // namespace

std::vector<Guard> check_guards(const potential::Calculator& model, const Conditions& conditions) {
  std::vector<Guard> guards;
  const auto is_bonded = [](const auto& entry) {
    return entry.second <= bonded * sum_of_radii(entry.first);
  };
  // Of a noble gas no pair is: what attracts nearer than its crystal is a hole.
  const bool any_bond = std::ranges::any_of(conditions.shortest, is_bonded);
  for (const Approach& approach : conditions.approaches) {
    const auto& pair = *conditions.shortest.find(numbers_of(approach));
    guards.push_back(no_hole(model, approach, pair.second, any_bond && !is_bonded(pair)));
  }
  double shortest = std::numeric_limits<double>::infinity();
  for (const auto& [pair, distance] : conditions.shortest) shortest = std::min(shortest, distance);
  constexpr double beyond_data = 0.7;
  const double crowded = beyond_data * shortest;
  guards.push_back(knows_its_limits(model, conditions.start, crowded));
  guards.push_back(survives_heat(model, conditions.start, conditions.temperature,
                                 conditions.options.heat_ps, crowded));
  guards.push_back(conserves_energy(model, conditions.start, conditions.temperature,
                                    conditions.options.drift_ps));
  return guards;
}

Approach pair_alone(int number_a, int number_b, double distance) {
  Approach pair;
  pair.start.numbers = {number_a, number_b};
  pair.start.positions = {core::Vec3::Zero(), {distance, 0, 0}};
  return pair;
}

Guard no_hole(const potential::Calculator& model, const Approach& approach, double shortest,
              bool bond_ahead) {
  constexpr int steps = 200;
  const double nearest = (bond_ahead ? sum_of_radii(numbers_of(approach)) : shortest) / 2;
  Guard guard{name_of(approach), true, 0, hole_limit_mev, "meV", ""};
  PairPoint before = pair_point(model, approach, shortest);
  const Bond bond = bond_of(model, approach, before, bond_ahead);
  double lowest = before.energy, highest = before.energy;
  for (int k = 1; k <= steps && guard.held; ++k) {
    const PairPoint at = pair_point(model, approach, shortest + (nearest - shortest) * k / steps);
    const PairPoint middle = pair_point(model, approach, (before.distance + at.distance) / 2);
    if (at.energy < lowest && bond.leads_on(at, highest - lowest)) lowest = highest = at.energy;
    const double depth = 1000 * (highest - at.energy);
    guard.value = std::max(guard.value, depth);
    if (!(depth <= hole_limit_mev)) {
      guard.held = false;
      guard.detail =
          fmt::format("the energy falls when the atoms come closer than {:.3f} Å", before.distance);
    } else if (!slope_agrees(before, middle, at)) {
      guard.held = false;
      guard.detail =
          fmt::format("the force is not the slope of the energy at {:.3f} Å", at.distance);
    }
    highest = std::max(highest, at.energy);
    before = at;
  }
  if (guard.held) guard.detail = fmt::format("{:.3f} Å to {:.3f} Å", shortest, nearest);
  return guard;
}

Guard survives_heat(const potential::Calculator& model, const core::Structure& start,
                    double temperature, double picoseconds, double closest) {
  Guard guard{"heat", true, std::numeric_limits<double>::infinity(), closest, "Å", ""};
  const double step_fs = 2 * fs_of_a_step(start);
  potential::Dynamics dynamics(
      model, start, {.timestep_fs = step_fs, .temperature = temperature, .friction_per_fs = 0.02});
  const int steps = static_cast<int>(std::ceil(1000 * picoseconds / step_fs));
  int done = 0;
  while (done < steps && guard.held) {
    dynamics.step();
    ++done;
    guard.held = std::isfinite(dynamics.total_energy());
    if (!guard.held) break;
    guard.value = std::min(guard.value, core::minimum_distance(dynamics.structure()));
    guard.held = guard.value >= closest;
  }
  guard.detail =
      fmt::format("{:g} K, {} atoms, {:.2f} ps", temperature, start.size(), done * step_fs / 1000);
  return guard;
}

Guard conserves_energy(const potential::Calculator& model, const core::Structure& start,
                       double temperature, double picoseconds) {
  const double step_fs = fs_of_a_step(start);
  potential::Dynamics dynamics(model, start, {.timestep_fs = step_fs, .temperature = temperature});
  dynamics.step();
  std::vector<double> energies;
  const int steps = static_cast<int>(std::ceil(1000 * picoseconds / step_fs));
  for (int k = 0; k < steps; ++k) {
    dynamics.step();
    energies.push_back(dynamics.shadow_energy() / static_cast<double>(start.size()));
  }
  const double drift = std::abs(slope_of(energies)) * 1000 / step_fs;
  return {"energy drift",
          drift < drift_limit,
          drift,
          drift_limit,
          "eV/atom/ps",
          fmt::format("begun at {:g} K, {} atoms, {:g} ps in steps of {:.2f} fs", temperature,
                      start.size(), picoseconds, step_fs)};
}

Guard knows_its_limits(const potential::Calculator& model, const core::Structure& start,
                       double distance) {
  core::Structure crowded = start;
  const core::NeighborList list(start, model.cutoff());
  const auto neighbors = list.of(0);
  if (!neighbors.empty()) {
    const auto nearest = std::ranges::min_element(neighbors, {}, &core::Neighbor::distance);
    crowded.positions[0] += nearest->vector * (1 - distance / nearest->distance);
  }
  const auto gamma = model.evaluate(crowded, {.gamma = true}).gamma;
  const double largest = gamma.empty() ? 0 : std::ranges::max(gamma);
  return {"extrapolation grade",
          largest > 1,
          largest,
          1,
          "",
          fmt::format("an atom {:.2f} Å from its neighbour", distance)};
}

}  // namespace mlip::validate
