/// The guards of a run's potentials.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "ace/evaluator.hpp"
#include "pipeline/system_config.hpp"
#include "validate/guards.hpp"

namespace mlip::pipeline {

/// Å, by atomic numbers, lower first: of the data a potential was trained on, as it tells itself.
using ShortestDistances = std::map<std::pair<int, int>, double>;
[[nodiscard]] ShortestDistances trained_distances(const ace::Potential& potential);

/// Guards over the run's crystal or molecule, heated beyond the temperature its walks end at.
[[nodiscard]] std::vector<validate::Guard> guards_of(const ace::Evaluator& model,
                                                     const ShortestDistances& shortest,
                                                     const SystemConfig& config);

[[nodiscard]] nlohmann::json to_json(const std::vector<validate::Guard>& guards);
[[nodiscard]] std::vector<validate::Guard> guards_from_json(const nlohmann::json& json);

}  // namespace mlip::pipeline
