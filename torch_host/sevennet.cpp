#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "core/element.hpp"
#include "model.hpp"

namespace mlip::torch_host {

namespace {

/// It gives energies as a function of the vectors of the edges; the rest is their derivative.
class SevenNetExport final : public Model {
 public:
  SevenNetExport(const torch::jit::Module& module, const SevenNetExtras& extras) : module_(module) {
    dtype_ = extras.dtype == "double" ? torch::kFloat64 : torch::kFloat32;
    kind = "SevenNet";
    version = "sevenn " + extras.version + ", " + name_of(dtype_);
    cutoff = std::stod(extras.cutoff);
    std::istringstream symbols(extras.symbols);
    for (std::string symbol; symbols >> symbol;)
      numbers.push_back(core::atomic_number(symbol).value_or(0));
  }

  void evaluate(const TorchGraph& graph, const TorchAnswer& answer) const override {
    auto vectors = rows_of_three(graph.vectors, graph.edges, dtype_).set_requires_grad(true);
    c10::Dict<std::string, torch::Tensor> data;
    data.insert("x", indices(graph.types, graph.atoms));
    data.insert("edge_index", edge_index(graph));
    data.insert("edge_vec", vectors);
    for (const char* name : {"num_atoms", "nlocal"})
      data.insert(name, torch::tensor({graph.atoms}, torch::kInt64));
    const auto outputs = module_.get_method("forward")({data}).toGenericDict();
    copy_out(outputs.at("atomic_energy").toTensor(), graph.atoms, answer.energies);
    std::fill_n(answer.forces, 3 * graph.atoms, 0.0);
    std::fill_n(answer.virials, 9 * graph.structures, 0.0);
    if (graph.edges == 0) return;
    const auto gradients =
        torch::autograd::grad({outputs.at("inferred_total_energy").toTensor().sum()}, {vectors})[0];
    std::vector<double> by_vector(3 * static_cast<std::size_t>(graph.edges));
    copy_out(gradients, 3 * graph.edges, by_vector.data());
    add(graph, by_vector.data(), answer);
  }

 private:
  static void add(const TorchGraph& graph, const double* gradients, const TorchAnswer& answer) {
    for (std::int64_t e = 0; e < graph.edges; ++e) {
      const double* gradient = gradients + 3 * e;
      const double* vector = graph.vectors + 3 * e;
      double* virial = answer.virials + 9 * graph.structure_of[graph.centers[e]];
      for (int a = 0; a < 3; ++a) {
        answer.forces[3 * graph.centers[e] + a] += gradient[a];
        answer.forces[3 * graph.partners[e] + a] -= gradient[a];
        for (int b = 0; b < 3; ++b)
          virial[3 * a + b] -= (vector[a] * gradient[b] + vector[b] * gradient[a]) / 2;
      }
    }
  }

  torch::jit::Module module_;
  torch::Dtype dtype_;
};

}  // namespace

std::unique_ptr<Model> open_sevennet(const torch::jit::Module& module,
                                     const SevenNetExtras& extras) {
  if (extras.symbols.empty() || extras.cutoff.empty()) return nullptr;
  return std::make_unique<SevenNetExport>(module, extras);
}

}  // namespace mlip::torch_host
