#include "select/screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/element.hpp"
#include "core/hull.hpp"
#include "core/neighbor_list.hpp"

namespace mlip::select {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double range_of_closest = 0.05, range_of_apart = 0.1;
constexpr double range_of_force = 1, range_of_height = 0.1, range_of_depth = 1;

double radius(int number) {
  return core::element(number).covalent_radius;
}

/// Of each atom its nearest neighbour's distance over the sum of their radii, at most the reach.
std::vector<double> nearest_of(const core::Structure& structure) {
  double largest = 0;
  for (const int number : structure.numbers) largest = std::max(largest, radius(number));
  const core::NeighborList list(structure, Screen::reach * 2 * largest);
  std::vector<double> nearest(structure.size(), Screen::reach);
  for (std::size_t i = 0; i < structure.size(); ++i)
    for (const core::Neighbor& neighbor : list.of(i)) {
      const int other = structure.numbers[std::size_t(neighbor.index)];
      nearest[i] =
          std::min(nearest[i], neighbor.distance / (radius(structure.numbers[i]) + radius(other)));
    }
  return nearest;
}

/// Atoms of each element, divided by their greatest common divisor.
std::map<int, std::size_t> reduced_composition(const core::Structure& structure) {
  std::map<int, std::size_t> counts;
  for (const int number : structure.numbers) ++counts[number];
  std::size_t divisor = 0;
  for (const auto& [number, count] : counts) divisor = std::gcd(divisor, count);
  for (auto& [number, count] : counts) count /= divisor;
  return counts;
}

template <class Quantity>
std::vector<double> values_of(const std::vector<std::size_t>& members, const Quantity& quantity) {
  std::vector<double> values;
  values.reserve(members.size());
  for (const std::size_t k : members) values.push_back(quantity(k));
  return values;
}

/// Rejects the members beyond the limit, and takes them out.
template <class Beyond>
void reject(std::vector<std::size_t>& members, Verdict verdict, Screening& screening,
            const Beyond& beyond) {
  std::erase_if(members, [&](std::size_t k) {
    if (!beyond(k)) return false;
    screening.verdicts[k] = verdict;
    return true;
  });
}

}  // namespace

const char* meaning(Verdict verdict) {
  switch (verdict) {
    case Verdict::kept:
      return "kept";
    case Verdict::no_answer:
      return "no finite answer of the model";
    case Verdict::overlap:
      return "atoms overlap";
    case Verdict::apart:
      return "blown apart";
    case Verdict::force:
      return "forces too large";
    case Verdict::too_low:
      return "a hole of the model";
    case Verdict::too_high:
      return "energy too high";
  }
  return "";
}

double end_of_bulk(std::vector<double> values, double least_range) {
  if (values.size() < Screen::fewest) return infinity;
  std::sort(values.begin(), values.end());
  const std::size_t quarter = values.size() / 4;
  const double upper = values[values.size() - 1 - quarter];
  const double range = std::max(least_range, upper - values[quarter]);
  double end = upper + 3 * range;
  for (const double value : values) {
    if (value > end + range || value > upper + 10 * range) break;
    end = std::max(end, value);
  }
  return end;
}

void Screen::add(const core::Structure& structure, double energy,
                 std::span<const core::Vec3> forces) {
  Shape shape;
  shape.answered = structure.size() > 0 && core::is_finite(structure) && std::isfinite(energy) &&
                   forces.size() == structure.size();
  for (const core::Vec3& force : forces) shape.force = std::max(shape.force, force.norm());
  shape.answered = shape.answered && std::isfinite(shape.force) &&
                   std::ranges::all_of(forces, [](const auto& f) { return f.allFinite(); });
  if (shape.answered) {
    const auto atoms = static_cast<double>(structure.size());
    shape.energy = energy / atoms;
    shape.crystal = structure.cell.all_periodic();
    if (shape.crystal) shape.volume = structure.cell.volume() / atoms;
    const auto nearest = nearest_of(structure);
    shape.closest = static_cast<float>(std::ranges::min(nearest));
    // One atom alone is no explosion.
    if (structure.size() > 1 || shape.crystal)
      shape.apart = static_cast<float>(std::ranges::max(nearest));
    const auto number = static_cast<std::uint32_t>(compositions_.size());
    shape.composition = compositions_.emplace(reduced_composition(structure), number).first->second;
  }
  shapes_.push_back(shape);
}

void Screen::add_unanswered() {
  shapes_.emplace_back();
}

Screen::Place Screen::place(std::size_t index) const {
  return {shapes_[index].volume, shapes_[index].energy};
}

Screening Screen::decide(const ScreenOptions& options) const {
  Screening screening;
  screening.verdicts.assign(shapes_.size(), Verdict::kept);
  screening.heights.assign(shapes_.size(), std::numeric_limits<double>::quiet_NaN());
  for (const bool crystal : {false, true}) judge(crystal, options, screening);
  return screening;
}

void Screen::judge(bool crystal, const ScreenOptions& options, Screening& screening) const {
  ScreenLimits& limits = screening.limits[crystal];
  std::vector<std::size_t> members;
  for (std::size_t k = 0; k < shapes_.size(); ++k)
    if (shapes_[k].crystal == crystal) members.push_back(k);
  reject(members, Verdict::no_answer, screening, [&](auto k) { return !shapes_[k].answered; });

  const auto nearness = [&](std::size_t k) { return -double(shapes_[k].closest); };
  limits.closest = options.closest.value_or(
      std::max(never_closer, -end_of_bulk(values_of(members, nearness), range_of_closest)));
  reject(members, Verdict::overlap, screening,
         [&](auto k) { return double(shapes_[k].closest) < limits.closest; });

  const auto apartness = [&](std::size_t k) { return double(shapes_[k].apart); };
  limits.apart = options.apart.value_or(end_of_bulk(values_of(members, apartness), range_of_apart));
  reject(members, Verdict::apart, screening, [&](auto k) { return apartness(k) > limits.apart; });

  const auto force = [&](std::size_t k) { return shapes_[k].force; };
  limits.force = options.force.value_or(end_of_bulk(values_of(members, force), range_of_force));
  reject(members, Verdict::force, screening, [&](auto k) { return force(k) > limits.force; });
  judge_energies(members, options.window, limits, screening);
}

void Screen::judge_energies(const std::vector<std::size_t>& all,
                            const std::optional<double>& window, ScreenLimits& limits,
                            Screening& screening) const {
  std::vector<std::size_t> members = all;
  const auto height = [&](std::size_t k) { return screening.heights[k]; };
  const auto depth = [&](std::size_t k) { return -screening.heights[k]; };
  // A hole of the model is a corner of the hull, under which others may hide.
  for (std::size_t before = members.size() + 1; members.size() < before;) {
    before = members.size();
    measure_heights(members, screening.heights);
    limits.depth = -end_of_bulk(values_of(members, depth), range_of_depth);
    reject(members, Verdict::too_low, screening, [&](auto k) { return height(k) < limits.depth; });
  }
  limits.window = window.value_or(end_of_bulk(values_of(members, height), range_of_height));
  reject(members, Verdict::too_high, screening, [&](auto k) { return height(k) > limits.window; });
}

void Screen::measure_heights(const std::vector<std::size_t>& members,
                             std::vector<double>& heights) const {
  std::map<int, Eigen::Index> rows;
  for (const auto& [composition, number] : compositions_)
    for (const auto& [element, count] : composition) rows.try_emplace(element, 0);
  Eigen::Index row = 0;
  for (auto& [element, place] : rows) place = row++;

  std::vector<double> lowest(compositions_.size(), infinity);
  for (const std::size_t k : members) {
    double& least = lowest[shapes_[k].composition];
    least = std::min(least, shapes_[k].energy);
  }
  std::vector<core::Phase> phases;
  std::vector<std::uint32_t> numbers;
  for (const auto& [composition, number] : compositions_) {
    if (lowest[number] == infinity) continue;
    Eigen::VectorXd fractions = Eigen::VectorXd::Zero(row);
    for (const auto& [element, count] : composition) fractions[rows[element]] = double(count);
    phases.push_back({fractions / fractions.sum(), lowest[number]});
    numbers.push_back(number);
  }
  for (std::size_t p = 0; p < phases.size(); ++p)
    lowest[numbers[p]] = core::hull_energy(phases, phases[p].fractions);
  for (const std::size_t k : members)
    heights[k] = shapes_[k].energy - lowest[shapes_[k].composition];
}

std::string Screen::reason(const Screening& screening, std::size_t index) const {
  const Shape& shape = shapes_[index];
  const ScreenLimits& limits = screening.limits[shape.crystal];
  switch (screening.verdicts[index]) {
    case Verdict::kept:
      return "";
    case Verdict::no_answer:
      return meaning(Verdict::no_answer);
    case Verdict::overlap:
      return fmt::format(
          "atoms overlap: {:.3g} × the sum of covalent radii apart, less than {:.3g}",
          shape.closest, limits.closest);
    case Verdict::apart:
      return fmt::format(
          "blown apart: an atom is {}{:.3g} × the sum of covalent radii from its "
          "nearest neighbour, more than {:.3g}",
          shape.apart >= reach ? "at least " : "", shape.apart, limits.apart);
    case Verdict::force:
      return fmt::format("a force of {:.3g} eV/Å, more than {:.3g}", shape.force, limits.force);
    case Verdict::too_low:
      return fmt::format("a hole of the model: {:.5g} eV/atom lies far below all others",
                         shape.energy);
    case Verdict::too_high:
      return fmt::format("{:.3g} eV/atom over the convex hull, more than {:.3g}",
                         screening.heights[index], limits.window);
  }
  return "";
}

}  // namespace mlip::select
