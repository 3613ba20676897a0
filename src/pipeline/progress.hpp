/// Where a run stands: the value behind the live table, the log, `status` and `status --json`.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace mlip::pipeline {

struct Progress {
  std::string stage = "start";  ///< seed, label, fit, explore, validate, done
  int generation = 0;
  std::size_t done = 0, total = 0;  ///< of the stage
  std::optional<double> eta_s;      ///< of the stage; none before the first item is done
  std::optional<double> energy_rmse_mev_per_atom, force_rmse_mev_per_a;  ///< held out, latest
  std::string event;  ///< one line, what happened last
};

/// Called on the pipeline's thread at every event.
using Listener = std::function<void(const Progress&)>;

[[nodiscard]] nlohmann::ordered_json to_json(const Progress& progress);

}  // namespace mlip::pipeline
