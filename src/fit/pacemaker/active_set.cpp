#include "fit/pacemaker/active_set.hpp"

#include <algorithm>

#include "ace/evaluator.hpp"
#include "core/parallel.hpp"
#include "fit/model.hpp"
#include "fit/rows.hpp"

namespace mlip::fit::pacemaker {

namespace {

bool counts(const Item& item, std::size_t atom) {
  return item.force_mask.empty() || item.force_mask[atom] > 0;
}

}  // namespace

bool suits_pace_activeset(const ace::Potential& potential, std::span<const Item> items) {
  const Columns columns(potential);
  std::vector<std::size_t> atoms(potential.species(), 0);
  for (const Item& item : items) {
    for (std::size_t i = 0; i < item.structure.size(); ++i)
      if (!counts(item, i)) return false;
    for (const int mu : columns.species_of(item.structure)) ++atoms[static_cast<std::size_t>(mu)];
  }
  for (std::size_t mu = 0; mu < atoms.size(); ++mu)
    if (atoms[mu] < potential.functions[mu].size()) return false;
  return true;
}

ace::ActiveSetInverse own_active_set(const ace::Potential& potential, std::span<const Item> items,
                                     int threads) {
  const ace::Evaluator model(potential);
  const Columns columns(potential);
  std::vector<potential::Evaluation> found(items.size());
  core::parallel_for(items.size(), core::thread_count(threads), [&](std::size_t k) {
    found[k] = model.evaluate(items[k].structure, {.descriptors = true});
  });
  std::vector<Eigen::MatrixXd> projections(potential.species());
  for (std::size_t mu = 0; mu < potential.species(); ++mu) {
    std::vector<const Eigen::VectorXd*> atoms;
    for (std::size_t k = 0; k < items.size(); ++k) {
      const std::vector<int> species = columns.species_of(items[k].structure);
      for (std::size_t i = 0; i < species.size(); ++i)
        if (species[i] == static_cast<int>(mu) && counts(items[k], i))
          atoms.push_back(&found[k].descriptors[i]);
    }
    projections[mu].resize(columns.count(static_cast<int>(mu)),
                           static_cast<Eigen::Index>(atoms.size()));
    for (std::size_t a = 0; a < atoms.size(); ++a)
      projections[mu].col(static_cast<Eigen::Index>(a)) = *atoms[a];
  }
  return active_sets(potential, projections, core::thread_count(threads));
}

}  // namespace mlip::fit::pacemaker
