#include "dft/ase_oracle.hpp"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "core/seed.hpp"
#include "dft/recipe.hpp"

namespace mlip::dft {

namespace {

using End = ase::AseTry::End;

constexpr double core_seconds_an_atom = 0.01;

ase::AseOptions options_of(const AseParameters& parameters, int workers) {
  ase::AseOptions options;
  options.python = parameters.python.empty() ? ase::python_with_ase() : parameters.python;
  options.calculator = parameters.calculator;
  options.arguments = json_of(parameters.arguments);
  options.workers = workers;
  options.call_seconds = parameters.time_limit_seconds;
  return options;
}

const char* fault_of(End end) {
  switch (end) {
    case End::computed:
      return "none";
    case End::refused:
      return "calculator error";
    case End::lost:
      return "worker lost";
    case End::late:
      return "time limit";
    case End::interrupted:
      return "interrupted";
  }
  return "none";
}

std::string recipe_of(const AseParameters& parameters) {
  nlohmann::ordered_json recipe = {{"engine", "ase"}};
  recipe["ase"] = fields_to_json(parameters);
  return recipe.dump();
}

void take(core::Outcome& outcome, ase::AseEvaluation& answer, const core::Structure& structure) {
  outcome.accepted = true;
  outcome.labels.energy = answer.evaluation.energy;
  outcome.labels.forces = std::move(answer.evaluation.forces);
  if (answer.has_stress && structure.cell.all_periodic())
    outcome.labels.stress = answer.evaluation.stress(structure.cell.volume());
}

}  // namespace

std::string json_of(const std::map<std::string, std::string>& arguments) {
  nlohmann::json object = nlohmann::json::object();
  for (const auto& [name, text] : arguments) {
    auto value = nlohmann::json::parse(text, nullptr, false);
    object[name] = value.is_discarded() ? nlohmann::json(text) : std::move(value);
  }
  return object.dump();
}

AseParameters tighter(const AseParameters& parameters) {
  AseParameters result = parameters;
  for (const auto& [name, value] : parameters.tighter) result.arguments[name] = value;
  return result;
}

AseOracle::AseOracle(const AseParameters& parameters, int workers)
    : worker_(options_of(parameters, workers)),
      level_of_theory_(fmt::format(
          "{:016x}",
          core::hash_text(fmt::format("ase {} {} {}", parameters.calculator,
                                      json_of(parameters.arguments), worker_.versions())))),
      recipe_(recipe_of(parameters)) {}

core::Outcome AseOracle::label(const core::Structure& structure, const std::string&,
                               std::stop_token stop) const {
  core::Outcome outcome;
  outcome.level_of_theory = level_of_theory_;
  for (const char* remedy : {"", "new worker"}) {
    const auto begin = std::chrono::steady_clock::now();
    auto tried = worker_.try_once(structure, stop);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    outcome.attempts.push_back({fault_of(tried.end), remedy, seconds.count(), 0, tried.reason});
    if (tried.end == End::computed) take(outcome, tried.answer, structure);
    if (tried.end != End::lost && tried.end != End::late) break;
  }
  return outcome;
}

double AseOracle::cost(const core::Structure& structure) const {
  return core_seconds_an_atom * static_cast<double>(structure.size());
}

}  // namespace mlip::dft
