#include "fit/weighting.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "core/error.hpp"
#include "core/hull.hpp"
#include "fit/references.hpp"
#include "fit/rows.hpp"

namespace mlip::fit {

namespace {

/// Energy and force weights of 1 where the label counts at all.
std::vector<Weights> present(const Columns& columns, std::span<const Item> items) {
  Options all;
  std::vector<Weights> weights(items.size());
  for (std::size_t k = 0; k < items.size(); ++k) {
    const Item& item = items[k];
    (void)columns.species_of(item.structure);
    const Wanted wanted = wanted_labels(item, all, k);
    const double square = item.weight * item.weight;
    weights[k].energy = wanted.energy ? square : 0;
    weights[k].stress = wanted.stress ? square : 0;
    if (!wanted.atoms.empty()) weights[k].forces.assign(item.structure.size(), 0);
    for (int atom : wanted.atoms) {
      const auto i = static_cast<std::size_t>(atom);
      const double mask = item.force_mask.empty() ? 1 : item.force_mask[i];
      weights[k].forces[i] = square * mask * mask;
    }
  }
  return weights;
}

void scale(Weights& weights, double energy, double force, double stress) {
  weights.energy *= energy;
  weights.stress *= stress;
  for (double& each : weights.forces) each *= force;
}

double largest_force(const Item& item, const Weights& weights) {
  double largest = 0;
  for (std::size_t i = 0; i < weights.forces.size(); ++i)
    if (weights.forces[i] > 0) largest = std::max(largest, item.labels.forces[i].norm());
  return largest;
}

/// The lower tier's energy weights sum to `share`, the others' to 1 − share, if there are both.
void share_out(std::vector<Weights>& weights, const std::vector<double>& heights,
               const WeightingOptions& options) {
  double lower = 0, upper = 0;
  for (std::size_t k = 0; k < weights.size(); ++k)
    (heights[k] < options.lower_tier ? lower : upper) += weights[k].energy;
  if (!(lower > 0) || !(upper > 0)) return;
  for (std::size_t k = 0; k < weights.size(); ++k) {
    const bool low = heights[k] < options.lower_tier;
    const double factor = low ? options.lower_share / lower : (1 - options.lower_share) / upper;
    scale(weights[k], factor, factor, factor);
  }
}

void weigh_by_energy(const ace::Potential& basis, std::span<const Item> items,
                     const std::vector<double>& isolated, const WeightingOptions& options,
                     std::vector<Weights>& weights) {
  const std::vector<double> heights = heights_above_hull(basis, items, isolated);
  for (std::size_t k = 0; k < items.size(); ++k) {
    const bool counts = heights[k] < options.highest_energy &&
                        (options.largest_force <= 0 ||
                         largest_force(items[k], weights[k]) <= options.largest_force);
    const double offset = heights[k] + std::abs(options.energy_offset);
    const double factor = counts ? 1 / (offset * offset) : 0;
    scale(weights[k], factor, factor, factor);
  }
  if (options.lower_share > 0 && options.lower_share < 1) share_out(weights, heights, options);
  for (std::size_t k = 0; k < items.size(); ++k)
    for (std::size_t i = 0; i < weights[k].forces.size(); ++i)
      if (weights[k].forces[i] > 0)
        weights[k].forces[i] /=
            items[k].labels.forces[i].squaredNorm() + std::abs(options.force_offset);
}

void normalise(std::vector<Weights>& weights) {
  double energy = 0, force = 0, stress = 0;
  for (const Weights& each : weights) {
    energy += each.energy;
    stress += each.stress;
    for (double one : each.forces) force += one;
  }
  const auto inverse = [](double sum) { return sum > 0 ? 1 / sum : 0; };
  for (Weights& each : weights) scale(each, inverse(energy), inverse(force), inverse(stress));
}

}  // namespace

std::vector<double> heights_above_hull(const ace::Potential& basis, std::span<const Item> items,
                                       const std::vector<double>& isolated) {
  const Columns columns(basis);
  std::vector<std::vector<double>> compositions(items.size());
  std::vector<double> energies(items.size(), std::numeric_limits<double>::quiet_NaN());
  std::map<std::vector<double>, double> lowest;
  for (std::size_t k = 0; k < items.size(); ++k) {
    const Item& item = items[k];
    if (!item.labels.energy || !std::isfinite(*item.labels.energy) || item.structure.size() == 0)
      continue;
    compositions[k].assign(basis.species(), 0);
    const auto atoms = static_cast<double>(item.structure.size());
    double energy = *item.labels.energy;
    for (int species : columns.species_of(item.structure)) {
      compositions[k][static_cast<std::size_t>(species)] += 1;
      energy -= isolated[static_cast<std::size_t>(species)];
    }
    for (double& count : compositions[k]) count /= atoms;
    energies[k] = energy / atoms;
    const auto [place, fresh] = lowest.try_emplace(compositions[k], energies[k]);
    place->second = std::min(place->second, energies[k]);
  }
  const auto fractions = [](const std::vector<double>& composition) {
    return Eigen::VectorXd(Eigen::Map<const Eigen::VectorXd>(
        composition.data(), static_cast<Eigen::Index>(composition.size())));
  };
  std::vector<core::Phase> phases;
  for (const auto& [composition, energy] : lowest)
    phases.push_back({fractions(composition), energy});
  for (auto& [composition, energy] : lowest)
    energy = core::hull_energy(phases, fractions(composition));
  for (std::size_t k = 0; k < items.size(); ++k)
    if (!compositions[k].empty()) energies[k] -= lowest.at(compositions[k]);
  return energies;
}

std::vector<Weights> normalised_weights(const ace::Potential& basis, std::span<const Item> items,
                                        const std::vector<double>& isolated,
                                        const WeightingOptions& options) {
  std::vector<Weights> weights = present(Columns(basis), items);
  if (options.policy == "energy_based") weigh_by_energy(basis, items, isolated, options, weights);
  normalise(weights);
  return weights;
}

std::vector<Item> weighted_items(std::span<const Item> items, const WeightingOptions& options) {
  std::vector<Item> result(items.begin(), items.end());
  if (options.policy == "uniform") return result;
  ace::Potential elements;
  elements.elements = elements_of(items);
  elements.functions.resize(elements.elements.size());
  // Whatever the isolated atoms' energies are, the height above the hull is the same.
  const std::vector<double> isolated(elements.elements.size(), 0);
  const auto equal = normalised_weights(elements, items, isolated, {});
  const auto wanted = normalised_weights(elements, items, isolated, options);
  const auto factor = [](double now, double before) {
    return before > 0 ? std::sqrt(now / before) : 1;
  };
  for (std::size_t k = 0; k < result.size(); ++k) {
    Item& item = result[k];
    const double whole = equal[k].energy > 0 ? factor(wanted[k].energy, equal[k].energy)
                                             : factor(wanted[k].stress, equal[k].stress);
    item.weight *= whole;
    if (!(whole > 0)) continue;
    if (item.force_mask.empty()) item.force_mask.assign(item.structure.size(), 1);
    for (std::size_t i = 0; i < wanted[k].forces.size(); ++i)
      item.force_mask[i] *= factor(wanted[k].forces[i], equal[k].forces[i]) / whole;
  }
  return result;
}

}  // namespace mlip::fit
