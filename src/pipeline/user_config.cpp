#include "pipeline/user_config.hpp"

#include <fmt/format.h>

namespace mlip::pipeline {

void TargetSystem::check(config::Checks& checks) const {
  if (elements.empty() && structures.empty())
    checks.add("elements",
               "must name at least one element, or structures the files of crystals or "
               "molecules that hold some");
  else if (!elements.empty())
    check_elements(elements, "elements", checks);
  if (composition && !elements.empty())
    check_composition(*composition, elements, "composition", checks);
  if (!structures.empty() && prototype)
    checks.add("prototype", "is of no use where structures are named: they are what it stands for");
  if (!structures.empty() && lattice_constant)
    checks.add("lattice_constant", "is of no use where structures are named: they have their own");
  if (lattice_constant && *lattice_constant <= 0)
    checks.add("lattice_constant",
               fmt::format("must be greater than 0, got {:g}", *lattice_constant));
}

void SimulationGoal::check(config::Checks& checks) const {
  if (temperature && *temperature <= 0)
    checks.add("temperature", fmt::format("must be greater than 0 K, got {:g}", *temperature));
  if (type == "melting" && !temperature)
    checks.add("type", "'melting' needs a temperature: the highest of the liquid");
  if (pressure && *pressure < 0)
    checks.add("pressure", fmt::format("must not be negative, got {:g}", *pressure));
}

void Resources::check(config::Checks& checks) const {
  if (cores && *cores < 1) checks.add("cores", fmt::format("must be at least 1, got {}", *cores));
  if (!(wall_time >= 60))
    checks.add("wall_time", fmt::format("must be at least 60 s, got {:g} s", wall_time));
  check_clusters(slurm, hyperqueue, checks);
}

namespace {

void check_engine(const LevelOfTheory& theory, config::Checks& checks) {
  const std::string engine = theory.engine_name();
  if ((engine == "ase") != theory.calculator.has_value())
    checks.add("engine", engine == "ase" ? "'ase' needs a calculator"
                                         : fmt::format("'{}' knows no calculator", engine));
  if (theory.vasp && engine != "vasp")
    checks.add("vasp", fmt::format("is of no use where the engine is '{}'", engine));
  if (engine == "vasp" && !theory.pseudopotentials.empty())
    checks.add("pseudopotentials", "are UPF files: VASP's are named in vasp.potcars");
  if (theory.vasp) check_incar(theory.vasp->incar, "vasp.incar", checks);
  if (theory.vasp && theory.vasp->encut && *theory.vasp->encut <= 0)
    checks.add("vasp.encut", fmt::format("must be greater than 0, got {:g}", *theory.vasp->encut));
}

}  // namespace

void LevelOfTheory::check(config::Checks& checks) const {
  check_engine(*this, checks);
  if (calculator) check_calculator(*calculator, "calculator", checks);
  if (!calculator && !arguments.empty()) checks.add("arguments", "are those of a calculator");
  if (!calculator && !tighter.empty()) checks.add("tighter", "are those of a calculator");
  if (calculator && !(functional.empty() && pseudopotentials.empty()))
    checks.add("calculator", "knows neither functional nor pseudopotentials: name one kind only");
}

void UserConfig::check(config::Checks& checks) const {
  const auto& prototype = target_system.prototype;
  if (simulation_goal.type == "molecule" && prototype && *prototype != "molecule")
    checks.add("target_system.prototype",
               fmt::format("'{}' contradicts the goal 'molecule'", *prototype));
}

std::map<std::string, double> UserConfig::composition() const {
  if (target_system.composition) return *target_system.composition;
  std::map<std::string, double> shares;
  double atoms = 0;
  for (const auto& crystal : crystals)
    for (const std::string& element : crystal.elements) ++shares[element], ++atoms;
  for (auto& [element, share] : shares) share /= atoms;
  if (!shares.empty()) return shares;
  for (const std::string& element : target_system.elements)
    shares[element] = 1.0 / static_cast<double>(target_system.elements.size());
  return shares;
}

double UserConfig::temperature() const {
  if (simulation_goal.temperature) return *simulation_goal.temperature;
  return simulation_goal.type == "diffusion" ? 1000 : 300;
}

}  // namespace mlip::pipeline
