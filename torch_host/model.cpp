#include "model.hpp"

#include <algorithm>
#include <stdexcept>
#include <unordered_map>

namespace mlip::torch_host {

torch::Tensor rows_of_three(const double* values, std::int64_t rows, torch::Dtype dtype) {
  return torch::from_blob(const_cast<double*>(values), {rows, 3}, torch::kFloat64)
      .to(dtype, /*non_blocking=*/false, /*copy=*/true);
}

torch::Tensor indices(const std::int64_t* values, std::int64_t count) {
  return torch::from_blob(const_cast<std::int64_t*>(values), {count}, torch::kInt64).clone();
}

torch::Tensor edge_index(const TorchGraph& graph) {
  return torch::stack({indices(graph.centers, graph.edges), indices(graph.partners, graph.edges)});
}

void copy_out(const torch::Tensor& values, std::int64_t count, double* target) {
  const auto flat = values.detach().to(torch::kFloat64).contiguous();
  if (flat.numel() != count) throw std::runtime_error("its answer has not the size it should have");
  std::copy_n(flat.data_ptr<double>(), count, target);
}

std::string name_of(torch::Dtype dtype) {
  return dtype == torch::kFloat64 ? "float64" : dtype == torch::kFloat32 ? "float32" : "";
}

std::unique_ptr<Model> open_model(const std::string& file) {
  std::unordered_map<std::string, std::string> extras = {
      {"chemical_symbols_to_index", ""}, {"cutoff", ""}, {"dtype", ""}, {"version", ""}};
  auto module = torch::jit::load(file, torch::kCPU, extras);
  module.eval();
  if (auto model = open_mace(module)) return model;
  if (auto model = open_sevennet(module, {extras["chemical_symbols_to_index"], extras["cutoff"],
                                          extras["dtype"], extras["version"]}))
    return model;
  throw std::runtime_error(
      "is a TorchScript model, but neither one of mace_create_lammps_model nor a serial one of "
      "sevenn_get_model");
}

}  // namespace mlip::torch_host
