#include "pipeline/items.hpp"

#include "core/element.hpp"
#include "core/error.hpp"
#include "pipeline/labelling.hpp"

namespace mlip::pipeline {

namespace {

fit::Item to_item(const store::Record& record) {
  fit::Item item;
  item.structure = record.candidate.structure;
  item.labels = record.outcome.labels;
  item.force_mask = record.candidate.force_mask;
  item.fit_energy = item.fit_stress = record.candidate.fit_energy_and_stress;
  return item;
}

}  // namespace

std::vector<fit::Item> items_of(const Run& run, Role wanted, int last_generation) {
  std::vector<fit::Item> items;
  const std::string level = run.oracles.structures->level_of_theory();
  for (const auto& record : records_of(run.database, store::State::labeled, {wanted}))
    if (record.outcome.level_of_theory == level && record.candidate.generation <= last_generation)
      items.push_back(to_item(record));
  return items;
}

std::vector<double> isolated_energies(const Run& run) {
  std::vector<double> energies;
  const auto atoms = records_of(run.database, store::State::labeled, {Role::isolated});
  for (const auto& symbol : run.config.elements)
    for (const auto& record : atoms)
      if (record.candidate.structure.numbers.front() == *core::atomic_number(symbol))
        energies.push_back(*record.outcome.labels.energy);
  MLIP_ASSERT(energies.size() == run.config.elements.size());
  return energies;
}

}  // namespace mlip::pipeline
