/// A TorchScript model of a kind we know how to ask.
#pragma once

#include <torch/script.h>

#include <memory>
#include <string>
#include <vector>

#include "surrogate/torch_interface.hpp"

namespace mlip::torch_host {

using surrogate::TorchAnswer;
using surrogate::TorchGraph;

/// Thread-safe: asking changes nothing.
class Model {
 public:
  virtual ~Model() = default;
  virtual void evaluate(const TorchGraph& graph, const TorchAnswer& answer) const = 0;

  std::string kind, version;
  double cutoff = 0;
  std::vector<int> numbers;
};

/// Throws std::runtime_error or a c10::Error where the file is none of the kinds below.
[[nodiscard]] std::unique_ptr<Model> open_model(const std::string& file);

/// The export of mace_create_lammps_model; null where the module has not its attributes.
[[nodiscard]] std::unique_ptr<Model> open_mace(const torch::jit::Module& module);

/// Files that sevenn_get_model puts beside the network.
struct SevenNetExtras {
  std::string symbols, cutoff, dtype, version;
};
/// A serial export of sevenn_get_model; null where the files are not those.
[[nodiscard]] std::unique_ptr<Model> open_sevennet(const torch::jit::Module& module,
                                                   const SevenNetExtras& extras);

/// A copy in the model's arithmetic.
[[nodiscard]] torch::Tensor rows_of_three(const double* values, std::int64_t rows,
                                          torch::Dtype dtype);
[[nodiscard]] torch::Tensor indices(const std::int64_t* values, std::int64_t count);
/// Both ends of the edges, [2, edges].
[[nodiscard]] torch::Tensor edge_index(const TorchGraph& graph);
/// Throws std::runtime_error where there are not `count` numbers in `values`.
void copy_out(const torch::Tensor& values, std::int64_t count, double* target);
[[nodiscard]] std::string name_of(torch::Dtype dtype);

}  // namespace mlip::torch_host
