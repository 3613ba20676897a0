#include "pipeline/progress.hpp"

#include <nlohmann/json.hpp>

namespace mlip::pipeline {

namespace {
nlohmann::ordered_json optional(const std::optional<double>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}
}  // namespace

nlohmann::ordered_json to_json(const Progress& progress) {
  return {{"stage", progress.stage},
          {"generation", progress.generation},
          {"done", progress.done},
          {"total", progress.total},
          {"eta_s", optional(progress.eta_s)},
          {"holdout_energy_rmse_meV_per_atom", optional(progress.energy_rmse_mev_per_atom)},
          {"holdout_force_rmse_meV_per_A", optional(progress.force_rmse_mev_per_a)},
          {"event", progress.event}};
}

}  // namespace mlip::pipeline
