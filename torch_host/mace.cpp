#include <stdexcept>

#include "model.hpp"

namespace mlip::torch_host {

namespace {

using Dictionary = c10::Dict<std::string, torch::Tensor>;

/// The wrapper that LAMMPS is given takes one structure a call (its `head` has length 1); the model
/// inside takes any number.
class Mace final : public Model {
 public:
  explicit Mace(const torch::jit::Module& module)
      : inner_(module.attr("model").toModule()), head_(module.attr("head").toTensor()) {
    const auto largest = module.attr("r_max").toTensor();
    dtype_ = largest.scalar_type();
    kind = "MACE";
    version = name_of(dtype_);
    cutoff = largest.to(torch::kFloat64).item<double>();
    const auto known = module.attr("atomic_numbers").toTensor().to(torch::kInt64).contiguous();
    numbers.assign(known.data_ptr<std::int64_t>(), known.data_ptr<std::int64_t>() + known.numel());
    if (version.empty() || numbers.empty()) throw std::runtime_error("knows no elements");
  }

  void evaluate(const TorchGraph& graph, const TorchAnswer& answer) const override {
    const auto outputs = inner_
                             .get_method("forward")({inputs(graph), /*training=*/false,
                                                     /*compute_force=*/true,
                                                     /*compute_virials=*/true,
                                                     /*compute_stress=*/false})
                             .toGenericDict();
    copy_out(outputs.at("node_energy").toTensor(), graph.atoms, answer.energies);
    copy_out(outputs.at("forces").toTensor(), 3 * graph.atoms, answer.forces);
    copy_out(outputs.at("virials").toTensor(), 9 * graph.structures, answer.virials);
  }

 private:
  /// The cell of every structure is the unit matrix, so that shifts in units of the cell are
  /// Cartesian: strain stretches them alike, and a cell that is not periodic needs no other way.
  [[nodiscard]] Dictionary inputs(const TorchGraph& graph) const {
    const auto ends = edge_index(graph), structure_of = indices(graph.structure_of, graph.atoms);
    const auto exact = rows_of_three(graph.positions, graph.atoms, torch::kFloat64);
    const auto shifts = (rows_of_three(graph.vectors, graph.edges, torch::kFloat64) -
                         (exact.index_select(0, ends[1]) - exact.index_select(0, ends[0])))
                            .to(dtype_);
    auto one_hot = torch::zeros({graph.atoms, std::int64_t(numbers.size())}, dtype_);
    one_hot.scatter_(1, indices(graph.types, graph.atoms).unsqueeze(1), 1);
    const auto atoms = torch::bincount(structure_of, {}, graph.structures);
    Dictionary data;
    data.insert("batch", structure_of);
    data.insert("cell", torch::eye(3, dtype_).repeat({graph.structures, 1}));
    data.insert("edge_index", ends);
    data.insert("head", head_.expand({graph.structures}).contiguous());
    data.insert("node_attrs", one_hot);
    data.insert("positions", exact.to(dtype_).set_requires_grad(true));
    data.insert("ptr", torch::cat({torch::zeros({1}, torch::kInt64), atoms.cumsum(0)}));
    data.insert("shifts", shifts);
    data.insert("unit_shifts", shifts);
    return data;
  }

  torch::jit::Module inner_;
  torch::Tensor head_;
  torch::Dtype dtype_;
};

}  // namespace

std::unique_ptr<Model> open_mace(const torch::jit::Module& module) {
  for (const char* name : {"model", "head", "r_max", "atomic_numbers"})
    if (!module.hasattr(name)) return nullptr;
  return std::make_unique<Mace>(module);
}

}  // namespace mlip::torch_host
