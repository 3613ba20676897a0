#include "surrogate/graph.hpp"

#include <fmt/format.h>

#include <tuple>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/neighbor_list.hpp"

namespace mlip::surrogate {

namespace {

/// Of i → j and j → i the one with j > i; of an image of i itself and its opposite, one.
bool is_first(int i, const core::Neighbor& neighbor) {
  if (neighbor.index != i) return neighbor.index > i;
  const auto& s = neighbor.shift;
  return std::tie(s[0], s[1], s[2]) > std::make_tuple(0, 0, 0);
}

}  // namespace

std::vector<Pair> pairs_of(const core::Structure& structure, double cutoff) {
  constexpr double same_place = 1e-6;  // Å: the direction between them means nothing
  const core::NeighborList list(structure, cutoff);
  std::vector<Pair> pairs;
  pairs.reserve(list.size() / 2);
  for (std::size_t i = 0; i < structure.size(); ++i)
    for (const core::Neighbor& neighbor : list.of(i)) {
      if (neighbor.distance < same_place)
        throw core::UserError(
            core::ExitCode::failed,
            fmt::format("two atoms of '{}' are at the same place", structure.formula()));
      if (is_first(int(i), neighbor)) pairs.push_back({int(i), neighbor.index, neighbor.vector});
    }
  return pairs;
}

void add_pair_forces(std::span<const Pair> pairs, std::span<const core::Vec3> gradients,
                     potential::Evaluation& evaluation) {
  evaluation.forces.resize(evaluation.energies.size(), core::Vec3::Zero());
  for (std::size_t p = 0; p < pairs.size(); ++p) {
    const auto& [i, j, vector] = pairs[p];
    evaluation.forces[static_cast<std::size_t>(i)] += gradients[p];
    evaluation.forces[static_cast<std::size_t>(j)] -= gradients[p];
    evaluation.virial -=
        (vector * gradients[p].transpose() + gradients[p] * vector.transpose()) / 2;
  }
}

Types::Types(std::string model, const std::vector<int>& numbers) : model_(std::move(model)) {
  for (std::size_t k = 0; k < numbers.size(); ++k) types_[numbers[k]] = int(k);
}

std::vector<int> Types::of(const core::Structure& structure) const {
  std::vector<int> types;
  types.reserve(structure.size());
  for (int number : structure.numbers) {
    const auto found = types_.find(number);
    if (found == types_.end())
      throw core::UserError(core::ExitCode::bad_input,
                            number >= 1 && number <= core::largest_atomic_number
                                ? fmt::format("the surrogate '{}' does not know '{}'", model_,
                                              core::element(number).symbol)
                                : fmt::format("'{}' is no atomic number", number),
                            "leave such structures out, or name another model");
    types.push_back(found->second);
  }
  return types;
}

}  // namespace mlip::surrogate
