#include "pipeline/stop_rule.hpp"

#include <algorithm>

#include "core/error.hpp"

namespace mlip::pipeline {

std::string to_string(StopReason reason) {
  switch (reason) {
    case StopReason::targets_reached:
      return "targets reached";
    case StopReason::generation_limit:
      return "generation limit";
    case StopReason::wall_time:
      return "wall time spent";
    case StopReason::nothing_new:
      return "nothing new to label";
  }
  MLIP_ASSERT(false);
}

std::optional<StopReason> stop_rule(const LoopOptions& options, const Standing& standing) {
  if (standing.out_of_time) return StopReason::wall_time;
  const bool accurate =
      standing.holdout.energy_rmse_mev_per_atom <=
          std::max(options.target_energy_mev_per_atom, standing.noise.energy_mev_per_atom) &&
      standing.holdout.force_rmse_mev_per_a <=
          std::max(options.target_force_mev_per_a, standing.noise.force_mev_per_a);
  if (standing.generations >= options.min_generations && accurate && standing.quiet)
    return StopReason::targets_reached;
  if (standing.generations >= options.max_generations) return StopReason::generation_limit;
  return std::nullopt;
}

}  // namespace mlip::pipeline
