#include "surrogate/torch_model.hpp"

#include <fmt/format.h>

#include <array>

#include "core/archive.hpp"
#include "core/error.hpp"
#include "core/file.hpp"
#include "surrogate/torch_plugin.hpp"

namespace mlip::surrogate {

namespace {

/// What a TorchGraph points to.
struct GraphValues {
  std::vector<std::int64_t> structure_of, types, centers, partners;
  std::vector<double> positions, vectors;

  void add(const core::Structure& structure, const std::vector<int>& types_of_atoms,
           const std::vector<Pair>& pairs, std::int64_t number) {
    const auto first = static_cast<std::int64_t>(types.size());
    structure_of.insert(structure_of.end(), structure.size(), number);
    types.insert(types.end(), types_of_atoms.begin(), types_of_atoms.end());
    for (const core::Vec3& position : structure.positions)
      positions.insert(positions.end(), position.begin(), position.end());
    for (const Pair& pair : pairs) {
      add_edge(first + pair.i, first + pair.j, pair.vector);
      add_edge(first + pair.j, first + pair.i, -pair.vector);
    }
  }
  void add_edge(std::int64_t center, std::int64_t partner, const core::Vec3& vector) {
    centers.push_back(center);
    partners.push_back(partner);
    vectors.insert(vectors.end(), vector.begin(), vector.end());
  }
  [[nodiscard]] TorchGraph graph(std::size_t structures) const {
    return {std::int64_t(structures),
            std::int64_t(types.size()),
            std::int64_t(centers.size()),
            structure_of.data(),
            types.data(),
            positions.data(),
            centers.data(),
            partners.data(),
            vectors.data()};
  }
};

struct AnswerValues {
  std::vector<double> energies, forces, virials;

  [[nodiscard]] potential::Evaluation part(std::size_t structure, std::size_t first,
                                           std::size_t atoms) const {
    potential::Evaluation evaluation;
    for (std::size_t i = first; i < first + atoms; ++i) {
      evaluation.energies.push_back(energies[i]);
      evaluation.energy += energies[i];
      evaluation.forces.emplace_back(forces[3 * i], forces[3 * i + 1], forces[3 * i + 2]);
    }
    const Eigen::Map<const core::Mat3> virial(virials.data() + 9 * structure);
    evaluation.virial = (virial + virial.transpose()) / 2;
    return evaluation;
  }
};

}  // namespace

TorchModel::TorchModel(const std::filesystem::path& file)
    : plugin_(torch_plugin()), model_(nullptr, plugin_.close), name_(file.stem().string()) {
  const std::string content = core::read_file(file);
  if (content.starts_with("PK")) (void)core::unpack(content, file);  // libtorch checks no checksum
  std::array<char, 512> text{};
  const TorchComplaint complaint = {text.data(), text.size()};
  model_.reset(plugin_.open(file.c_str(), &complaint));
  if (model_ == nullptr)
    throw core::UserError(
        core::ExitCode::bad_input,
        fmt::format("the model '{}' cannot be used: {}", file.string(), text.data()),
        "export it with mace_create_lammps_model or sevenn_get_model: see docs/surrogate.md");
  TorchDescription description{};
  plugin_.describe(model_.get(), &description);
  cutoff_ = description.cutoff;
  version_ = fmt::format("{} {}, CRC-32 {:08x}", description.kind, description.version,
                         core::checksum(content));
  types_ = std::make_unique<Types>(
      name_, std::vector<int>(description.numbers, description.numbers + description.species));
}

potential::Evaluation TorchModel::evaluate(const core::Structure& structure,
                                           const potential::Request&) const {
  return std::move(evaluate_together({&structure, 1}).front());
}

std::vector<potential::Evaluation> TorchModel::evaluate_together(
    std::span<const core::Structure> structures) const {
  GraphValues values;
  for (std::size_t s = 0; s < structures.size(); ++s)
    values.add(structures[s], types_->of(structures[s]), pairs_of(structures[s], cutoff_),
               std::int64_t(s));
  AnswerValues answer{std::vector<double>(values.types.size()),
                      std::vector<double>(values.positions.size()),
                      std::vector<double>(9 * structures.size())};
  const TorchGraph graph = values.graph(structures.size());
  const TorchAnswer target = {answer.energies.data(), answer.forces.data(), answer.virials.data()};
  std::array<char, 512> text{};
  const TorchComplaint complaint = {text.data(), text.size()};
  if (graph.atoms > 0 && !plugin_.evaluate(model_.get(), &graph, &target, &complaint))
    throw core::UserError(core::ExitCode::failed,
                          fmt::format("the model '{}' fails: {}", name_, text.data()));
  std::vector<potential::Evaluation> evaluations;
  std::size_t first = 0;
  for (std::size_t s = 0; s < structures.size(); first += structures[s].size(), ++s)
    evaluations.push_back(answer.part(s, first, structures[s].size()));
  return evaluations;
}

}  // namespace mlip::surrogate
