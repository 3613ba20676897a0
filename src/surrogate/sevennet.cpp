#include "surrogate/sevennet.hpp"

#include <fmt/format.h>

#include <tuple>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/neighbor_list.hpp"

namespace mlip::surrogate {

namespace {

using Network = std::variant<SevenNetNetwork<float>, SevenNetNetwork<double>>;

Network network_of(const SevenNetFile& model, Precision precision) {
  if (precision == Precision::double_precision) return SevenNetNetwork<double>(model);
  return SevenNetNetwork<float>(model);
}

/// Of i → j and j → i the one with j > i; of an image of i itself and its opposite, one.
bool is_first(int i, const core::Neighbor& neighbor) {
  if (neighbor.index != i) return neighbor.index > i;
  const auto& s = neighbor.shift;
  return std::tie(s[0], s[1], s[2]) > std::make_tuple(0, 0, 0);
}

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

}  // namespace

SevenNet::SevenNet(const std::filesystem::path& file, Precision precision)
    : SevenNet(read_sevennet(file), precision) {}

SevenNet::SevenNet(const SevenNetFile& model, Precision precision)
    : name_(model.name),
      version_(model.version),
      energies_(model.energies),
      cutoff_(model.cutoff),
      network_(network_of(model, precision)) {
  for (std::size_t k = 0; k < model.species.size(); ++k) types_[model.species[k]] = int(k);
}

std::vector<int> SevenNet::types_of(const core::Structure& structure) const {
  std::vector<int> types;
  types.reserve(structure.size());
  for (int number : structure.numbers) {
    const auto found = types_.find(number);
    if (found == types_.end())
      throw core::UserError(core::ExitCode::bad_input,
                            number >= 1 && number <= core::largest_atomic_number
                                ? fmt::format("the surrogate '{}' does not know '{}'", name_,
                                              core::element(number).symbol)
                                : fmt::format("'{}' is no atomic number", number),
                            "leave such structures out, or name another model");
    types.push_back(found->second);
  }
  return types;
}

potential::Evaluation SevenNet::evaluate(const core::Structure& structure,
                                         const potential::Request& request) const {
  const auto types = types_of(structure);
  potential::Evaluation evaluation;
  if (types.empty()) return evaluation;
  const auto pairs = pairs_of(structure, cutoff_);
  std::visit(
      [&](const auto& network) {
        auto result = network.compute(types, pairs);
        evaluation.energies = std::move(result.energies);
        if (request.descriptors) evaluation.descriptors = std::move(result.features);
        evaluation.forces.assign(types.size(), core::Vec3::Zero());
        for (std::size_t p = 0; p < pairs.size(); ++p) {
          const core::Vec3& gradient = result.pair_gradients[p];
          evaluation.forces[static_cast<std::size_t>(pairs[p].i)] += gradient;
          evaluation.forces[static_cast<std::size_t>(pairs[p].j)] -= gradient;
          evaluation.virial -=
              (pairs[p].vector * gradient.transpose() + gradient * pairs[p].vector.transpose()) / 2;
        }
      },
      network_);
  for (double energy : evaluation.energies) evaluation.energy += energy;
  return evaluation;
}

}  // namespace mlip::surrogate
