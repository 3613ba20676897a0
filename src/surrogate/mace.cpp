#include "surrogate/mace.hpp"

#include <algorithm>
#include <numeric>

namespace mlip::surrogate {

Mace::Mace(const std::filesystem::path& file) : Mace(read_mace(file)) {}

Mace::Mace(const MaceFile& model)
    : name_(model.name),
      version_(model.version),
      cutoff_(model.cutoff),
      types_(model.name, model.numbers),
      network_(model) {}

potential::Evaluation Mace::evaluate(const core::Structure& structure,
                                     const potential::Request& request) const {
  const auto types = types_.of(structure);
  potential::Evaluation evaluation;
  if (types.empty()) return evaluation;
  const auto pairs = pairs_of(structure, cutoff_);
  std::vector<int> order(types.size()), place(types.size()), ordered_types;
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](int i) { return types[std::size_t(i)]; });
  for (std::size_t k = 0; k < order.size(); ++k) {
    place[std::size_t(order[k])] = int(k);
    ordered_types.push_back(types[std::size_t(order[k])]);
  }
  std::vector<Pair> ordered = pairs;  // ends exchanged: its vectors go to who receives
  for (Pair& pair : ordered)
    pair = {place[std::size_t(pair.j)], place[std::size_t(pair.i)], pair.vector};
  auto result = network_.compute(ordered_types, ordered);
  for (int k : place) {
    evaluation.energies.push_back(result.energies[std::size_t(k)]);
    evaluation.energy += evaluation.energies.back();
    if (request.descriptors)
      evaluation.descriptors.push_back(std::move(result.features[std::size_t(k)]));
  }
  add_pair_forces(pairs, result.pair_gradients, evaluation);
  return evaluation;
}

}  // namespace mlip::surrogate
