#include "surrogate/sevennet.hpp"

namespace mlip::surrogate {

namespace {

using Network = std::variant<SevenNetNetwork<float>, SevenNetNetwork<double>>;

Network network_of(const SevenNetFile& model, Precision precision) {
  if (precision == Precision::double_precision) return SevenNetNetwork<double>(model);
  return SevenNetNetwork<float>(model);
}

}  // namespace

SevenNet::SevenNet(const std::filesystem::path& file, Precision precision)
    : SevenNet(read_sevennet(file), precision) {}

SevenNet::SevenNet(const SevenNetFile& model, Precision precision)
    : name_(model.name),
      version_(model.version),
      energies_(model.energies),
      cutoff_(model.cutoff),
      types_(model.name, model.species),
      network_(network_of(model, precision)) {}

potential::Evaluation SevenNet::evaluate(const core::Structure& structure,
                                         const potential::Request& request) const {
  const auto types = types_.of(structure);
  potential::Evaluation evaluation;
  if (types.empty()) return evaluation;
  const auto pairs = pairs_of(structure, cutoff_);
  std::visit(
      [&](const auto& network) {
        auto result = network.compute(types, pairs);
        evaluation.energies = std::move(result.energies);
        if (request.descriptors) evaluation.descriptors = std::move(result.features);
        add_pair_forces(pairs, result.pair_gradients, evaluation);
      },
      network_);
  for (double energy : evaluation.energies) evaluation.energy += energy;
  return evaluation;
}

}  // namespace mlip::surrogate
