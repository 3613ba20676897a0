#include "pipeline/guarding.hpp"

#include <algorithm>
#include <limits>

#include "core/element.hpp"
#include "fit/core_repulsion.hpp"
#include "generate/cells.hpp"
#include "generate/generate.hpp"
#include "pipeline/heuristics.hpp"

namespace mlip::pipeline {

namespace {

core::Structure start_of(const SystemConfig& config) {
  const core::Structure cell = generate::ground_state(config.generate);
  return config.dft.isolated ? cell : generate::grown(cell, config.guard.atoms);
}

}  // namespace

ShortestDistances trained_distances(const ace::Potential& potential) {
  ShortestDistances shortest;
  const auto number = [&](int species) {
    return *core::atomic_number(potential.elements[static_cast<std::size_t>(species)]);
  };
  for (int i = 0; i < static_cast<int>(potential.species()); ++i)
    for (int j = 0; j <= i; ++j)
      shortest[std::minmax({number(i), number(j)})] = fit::trained_distance(potential, i, j);
  return shortest;
}

std::vector<validate::Guard> guards_of(const ace::Evaluator& model,
                                       const ShortestDistances& shortest,
                                       const SystemConfig& config) {
  return validate::check_guards(
      model, {start_of(config), config.guard.heat * config.explore.end_temperature, shortest,
              config.guard});
}

nlohmann::json to_json(const std::vector<validate::Guard>& guards) {
  nlohmann::json list = nlohmann::json::array();
  for (const auto& guard : guards)
    list.push_back({{"name", guard.name},
                    {"held", guard.held},
                    {"value", guard.value},
                    {"limit", guard.limit},
                    {"unit", guard.unit},
                    {"detail", guard.detail}});
  return list;
}

std::vector<validate::Guard> guards_from_json(const nlohmann::json& json) {
  std::vector<validate::Guard> guards;
  for (const auto& entry : json) {
    // A number that was not finite is null in JSON.
    const double value = entry["value"].is_number() ? entry["value"].get<double>()
                                                    : std::numeric_limits<double>::quiet_NaN();
    guards.push_back(
        {entry["name"], entry["held"], value, entry["limit"], entry["unit"], entry["detail"]});
  }
  return guards;
}

}  // namespace mlip::pipeline
