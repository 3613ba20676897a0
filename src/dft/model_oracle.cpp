#include "dft/model_oracle.hpp"

#include <algorithm>
#include <utility>

#include "dft/attempt_folder.hpp"

namespace mlip::dft {

namespace {

constexpr int failing_attempts_of_given_up = 3;

}  // namespace

ModelOracle::ModelOracle(std::shared_ptr<const potential::Calculator> truth,
                         std::vector<ScriptedFailure> failures, double seconds_per_atom)
    : truth_(std::move(truth)),
      failures_(std::move(failures)),
      seconds_per_atom_(seconds_per_atom) {}

core::Labels ModelOracle::truth_of(const core::Structure& structure) const {
  const auto evaluation = truth_->evaluate(structure);
  core::Labels labels;
  labels.energy = evaluation.energy;
  labels.forces = evaluation.forces;
  if (structure.cell.all_periodic()) labels.stress = evaluation.stress(structure.cell.volume());
  return labels;
}

core::Outcome ModelOracle::label(const core::Structure& structure, const std::string& name,
                                 std::stop_token stop) const {
  core::Outcome outcome;
  outcome.level_of_theory = level_of_theory();
  const auto script = std::find_if(
      failures_.begin(), failures_.end(),
      [&](const ScriptedFailure& f) { return name.find(f.name_part) != std::string::npos; });
  const bool given_up = script != failures_.end() && script->attempts < 0;
  const int failing = script == failures_.end() ? 0
                      : given_up                ? failing_attempts_of_given_up
                                                : script->attempts;
  for (int i = 0; i < failing; ++i)
    outcome.attempts.push_back({script->fault, i == 0 ? "" : "scripted", 0, 0, "scripted failure"});
  if (!wait(seconds_per_atom_ * static_cast<double>(structure.size()), stop)) {
    outcome.attempts.push_back({"interrupted", "", 0, 0, "asked to stop"});
    return outcome;
  }
  if (given_up) return outcome;
  outcome.labels = truth_of(structure);
  outcome.accepted = core::is_finite(outcome.labels, structure.size());
  outcome.attempts.push_back(
      {outcome.accepted ? "none" : "not finite", failing > 0 ? "scripted" : "", 0, 1, "model"});
  return outcome;
}

double ModelOracle::cost(const core::Structure& structure) const {
  return static_cast<double>(structure.size());
}

}  // namespace mlip::dft
