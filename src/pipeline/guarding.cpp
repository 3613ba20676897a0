#include "pipeline/guarding.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>

#include "core/element.hpp"
#include "fit/core_repulsion.hpp"
#include "generate/cells.hpp"
#include "generate/generate.hpp"
#include "generate/molecules.hpp"
#include "pipeline/heuristics.hpp"

namespace mlip::pipeline {

namespace {

core::Structure start_of(const SystemConfig& config) {
  const core::Structure cell = generate::ground_state(config.generate);
  return config.dft.isolated ? cell : generate::grown(cell, config.guard.atoms);
}

/// One bond of each kind there is in a molecule, as far as it can be pressed alone.
std::vector<validate::Approach> bonds_of(const core::Structure& molecule) {
  std::map<std::pair<int, int>, validate::Approach> by_elements;
  const auto bonds = generate::find_bonds(molecule);
  for (const auto& bond : bonds) {
    const auto moving = generate::moved_with(bonds, bond);
    if (moving.empty()) continue;
    const auto pair = std::minmax({molecule.numbers[static_cast<std::size_t>(bond.first)],
                                   molecule.numbers[static_cast<std::size_t>(bond.second)]});
    by_elements.try_emplace(pair, validate::Approach{molecule, bond.first, bond.second, moving});
  }
  std::vector<validate::Approach> approaches;
  for (auto& [pair, approach] : by_elements) approaches.push_back(std::move(approach));
  return approaches;
}

/// Every pair alone; of given molecules their bonds, for their atoms never meet in pairs alone.
std::vector<validate::Approach> approaches_of(const SystemConfig& config,
                                              const ShortestDistances& shortest) {
  std::vector<validate::Approach> approaches;
  const auto& given = config.generate.crystals;
  if (config.dft.isolated && !given.empty()) {
    for (const auto& molecule : given)
      std::ranges::move(bonds_of(generate::structure_of(molecule)), std::back_inserter(approaches));
    return approaches;
  }
  for (const auto& [pair, distance] : shortest)
    approaches.push_back(validate::pair_alone(pair.first, pair.second, distance));
  return approaches;
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
              approaches_of(config, shortest), config.guard});
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
