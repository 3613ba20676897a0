/// The guards of a run's potentials.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "ace/evaluator.hpp"
#include "pipeline/system_config.hpp"
#include "validate/guards.hpp"

namespace mlip::pipeline {

/// Guards over the run's crystal or molecule, heated beyond the temperature its walks end at.
[[nodiscard]] std::vector<validate::Guard> guards_of(const ace::Evaluator& model,
                                                     const ace::Potential& potential,
                                                     const SystemConfig& config);

[[nodiscard]] nlohmann::json to_json(const std::vector<validate::Guard>& guards);
[[nodiscard]] std::vector<validate::Guard> guards_from_json(const nlohmann::json& json);

}  // namespace mlip::pipeline
