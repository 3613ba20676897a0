#include "fit/labelled.hpp"

#include "core/error.hpp"
#include "core/neighbor_list.hpp"

namespace mlip::fit {

namespace {

void add_neighbors(const core::Structure& structure, double cutoff, Labelled& result) {
  const core::NeighborList list(structure, cutoff);
  result.first.push_back(0);
  for (std::size_t i = 0; i < structure.size(); ++i) {
    for (const core::Neighbor& neighbor : list.of(i)) {
      result.neighbors.push_back(
          {neighbor.vector, result.species[static_cast<std::size_t>(neighbor.index)]});
      result.index.push_back(neighbor.index);
    }
    result.first.push_back(result.neighbors.size());
  }
}

void add_rows(const Item& item, const Weights& weights, Labelled& result) {
  int rows = 0;
  result.row.assign(result.atoms(), -1);
  for (std::size_t i = 0; i < weights.forces.size(); ++i)
    if (weights.forces[i] > 0) result.row[i] = 3 * rows++;
  rows *= 3;
  result.stress = weights.stress > 0;
  result.target.resize(rows + (result.stress ? 6 : 0));
  result.weight.resize(result.target.size());
  for (std::size_t i = 0; i < result.atoms(); ++i) {
    if (result.row[i] < 0) continue;
    result.target.segment<3>(result.row[i]) = -item.labels.forces[i];
    result.weight.segment<3>(result.row[i]).setConstant(weights.forces[i]);
  }
  if (!result.stress) return;
  const core::Mat3& stress = *item.labels.stress;
  const auto atoms = static_cast<double>(result.atoms());
  for (int v = 0; v < 6; ++v)
    result.target[rows + v] = (stress(core::voigt[v][0], core::voigt[v][1]) +
                               stress(core::voigt[v][1], core::voigt[v][0])) /
                              2 * item.structure.cell.volume();
  result.weight.tail<6>().setConstant(weights.stress / (atoms * atoms));
}

}  // namespace

Labelled labelled(const Item& item, const Weights& weights, const Columns& columns, double cutoff,
                  std::span<const double> isolated) {
  MLIP_ASSERT(weights.forces.empty() || weights.forces.size() == item.structure.size());
  MLIP_ASSERT(weights.forces.empty() || item.labels.forces.size() == item.structure.size());
  Labelled result;
  result.species = columns.species_of(item.structure);
  result.energy_weight = weights.energy;
  if (weights.energy > 0) {
    result.energy = *item.labels.energy;
    for (int species : result.species) result.energy -= isolated[static_cast<std::size_t>(species)];
  }
  add_rows(item, weights, result);
  if (result.counts()) add_neighbors(item.structure, cutoff, result);
  return result;
}

}  // namespace mlip::fit
