#include "pipeline/plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <Eigen/LU>
#include <algorithm>
#include <limits>
#include <set>

#include "config/options.hpp"
#include "core/element.hpp"
#include "core/error.hpp"
#include "core/file.hpp"
#include "dft/espresso/input.hpp"
#include "dft/espresso/pseudopotential.hpp"
#include "dft/vasp/vasp.hpp"
#include "generate/closed_shells.hpp"
#include "pipeline/draft.hpp"
#include "pipeline/starting_crystals.hpp"

namespace mlip::pipeline {

namespace {

/// Values that follow from others.
void settle(SystemConfig& config) {
  config.generate.seed = config.seed;
  config.fit.threads = config.loop.workers;
}

void take_from_file(const std::string& symbol, dft::espresso::Species& species) {
  const auto refuse = [&](const std::string& why, const std::string& remedy) {
    return core::UserError(core::ExitCode::bad_input,
                           fmt::format("species.{}: pseudopotential file '{}' {}", symbol,
                                       species.pseudopotential, why),
                           remedy);
  };
  const auto file = dft::espresso::read_upf(species.pseudopotential);
  if (!file) throw refuse("is not there or is no UPF file", "plan the input again on this machine");
  if (file->element != symbol)
    throw refuse(fmt::format("is of '{}'", file->element), "name a file of the element");
  if (!species.checksum.empty() && species.checksum != file->checksum)
    throw refuse(
        fmt::format("has the checksum {}, the plan says {}", file->checksum, species.checksum),
        "empty the plan's checksum, functional and valence to take those of the file");
  species.checksum = file->checksum;
  if (species.functional.empty()) species.functional = file->functional;
  if (species.valence <= 0) species.valence = file->valence;
}

void refuse_mixed(const SystemConfig& config) {
  std::set<std::string> functionals;
  for (const auto& [symbol, species] : config.dft.species) functionals.insert(species.functional);
  if (functionals.size() > 1)
    throw core::UserError(
        core::ExitCode::bad_input,
        fmt::format("species: functionals would mix: {}", fmt::join(functionals, ", ")),
        "name files of one functional for all elements");
}

/// The expert's POTCAR files say of themselves what he does not.
void lay_over_vasp(Draft& draft) {
  auto& vasp = draft.config().vasp;
  if (!vasp) return;
  const auto& expert = draft.user.expert;
  for (auto& [symbol, species] : vasp->species) {
    const std::string key = "vasp.species." + symbol;
    if (expert.find(key + ".potcar") != nullptr && expert.find(key + ".checksum") == nullptr)
      species.checksum.clear();
  }
  dft::vasp::read_species(*vasp);
}

/// Lays the expert's values over the plan.
void lay_over(Draft& draft) {
  const auto& expert = draft.user.expert;
  expert.apply(draft.config());
  for (auto& [symbol, species] : draft.config().dft.species) {
    const std::string key = "species." + symbol;
    if (expert.find(key + ".pseudopotential") == nullptr) continue;
    if (expert.find(key + ".checksum") == nullptr) species.checksum.clear();
    if (expert.find(key + ".functional") == nullptr) species.functional.clear();
    if (expert.find(key + ".valence") == nullptr) species.valence = 0;
    take_from_file(symbol, species);
  }
  refuse_mixed(draft.config());
  lay_over_vasp(draft);
  settle(draft.config());
}

/// Gives a reason to what the expert set, and to every value that has none yet.
void finish_reasons(Draft& draft) {
  for (const std::string& path : config::leaf_paths_of(draft.config()))
    if (const auto* node = draft.user.expert.find(path); node != nullptr)
      draft.because(path, fmt::format("set by hand, {}:{}", draft.user.file, node->line));
    else if (!draft.plan.reasons.contains(path))
      draft.because(path, "the default: nothing in the input speaks for another value");
}

Plan read_plan(const config::Node& root, config::Problems& problems) {
  Plan plan;
  plan.config = config::read_node(root, problems, SystemConfig{}, config::Demand::everything);
  for (auto& [symbol, species] : plan.config.dft.species) take_from_file(symbol, species);
  refuse_mixed(plan.config);
  if (plan.config.vasp) dft::vasp::read_species(*plan.config.vasp);
  settle(plan.config);
  for (const std::string& path : config::leaf_paths_of(plan.config))
    plan.reasons[path] = fmt::format("given in '{}'", problems.file());
  return plan;
}

/// A plan is told from an input by its blocks.
bool is_plan(const config::Node& root) {
  const auto has = [&](const char* key) { return root.find(key) != nullptr; };
  return !has("target_system") && !has("simulation_goal") &&
         (has("species") || has("loop") || has("dft"));
}

/// What one would say of structures given without a word.
UserConfig user_of(std::span<const core::Structure> structures) {
  std::map<std::string, double> composition;
  double atoms = 0;
  bool any_periodic = false;
  for (const core::Structure& structure : structures) {
    any_periodic = any_periodic || structure.cell.any_periodic();
    for (const int number : structure.numbers) {
      ++composition[std::string(core::element(number).symbol)];
      ++atoms;
    }
  }
  MLIP_ASSERT(atoms > 0);
  UserConfig user;
  user.name = "label";
  for (auto& [symbol, share] : composition) {
    user.target_system.elements.push_back(symbol);
    share /= atoms;
  }
  user.target_system.composition = composition;
  user.simulation_goal.type = any_periodic ? "melting" : "molecule";
  return user;
}

/// The narrowest of them, which needs the densest mesh.
Crystal smallest_cell(std::span<const core::Structure> structures) {
  Crystal crystal;
  crystal.prototype = "molecule";
  crystal.across.fill(std::numeric_limits<double>::infinity());
  for (const core::Structure& structure : structures) {
    if (!structure.cell.any_periodic()) continue;
    crystal.prototype = "given";
    const core::Mat3 inverse = dft::espresso::boxed(structure).cell.vectors.inverse();
    for (Eigen::Index k = 0; k < 3; ++k)
      if (structure.cell.periodic[static_cast<std::size_t>(k)]) {
        double& across = crystal.across[static_cast<std::size_t>(k)];
        across = std::min(across, 1 / inverse.col(k).norm());
      }
  }
  if (crystal.prototype != "molecule") return crystal;
  crystal.across.fill(1);
  crystal.closed_shells = std::ranges::all_of(structures, generate::has_closed_shells);
  return crystal;
}

Bonding bonding_of(const UserConfig& user, const std::vector<Crystal>& crystals) {
  const std::string& prototype = crystals.front().prototype;
  if (prototype == "molecule") return molecular_bonding(crystals);
  return expected_bonding(user.composition(), prototype, user.simulation_goal.type,
                          user.temperature());
}

/// The crystals that the user speaks of.
generate::Options wish_of(const UserConfig& user) {
  const auto& target = user.target_system;
  const bool molecule = user.simulation_goal.type == "molecule";
  generate::Options options;
  options.composition = user.composition();
  options.prototype = target.prototype.value_or(molecule ? "molecule" : "auto");
  options.lattice_constant = target.lattice_constant.value_or(0);
  options.crystals = user.crystals;
  return options;
}

void plan_pseudopotentials(Draft& draft) {
  const auto& theory = draft.user.level_of_theory;
  const auto set = dft::espresso::choose_pseudopotentials(
      draft.config().elements, draft.machine.pseudopotential_folders, theory.functional,
      theory.pseudopotentials);
  plan_species(draft, set);
  draft.measured = dft::espresso::find_settings(draft.machine.measured_settings,
                                                dft::espresso::checksums_of(draft.config().dft));
  plan_cutoffs(draft, set);
  for (const char* key : {"calculator", "arguments", "tighter", "python", "time_limit_seconds"})
    draft.because(fmt::format("ase.{}", key), "unused: Quantum ESPRESSO labels");
}

UserConfig read_user(const config::Node& root, config::Problems& problems,
                     const std::filesystem::path& file) {
  UserConfig user = config::read_node(root, problems, UserConfig{});
  user.name = file.stem().string();
  user.file = file.string();
  read_crystals(user, file, root, problems);
  problems.throw_any();
  return user;
}

}  // namespace

Plan make_plan(const UserConfig& input, const Installation& installation) {
  UserConfig user = input;
  const std::string crystal_reason = find_crystal(user, installation);
  const Composition composition = user.composition();
  const auto crystals = expected_crystals(wish_of(user));
  const Bonding bonding = bonding_of(user, crystals);
  Draft draft{user, installation, composition, crystals, bonding, {}, {}, crystal_reason};
  plan_identity(draft);
  const std::string engine = user.level_of_theory.engine_name();
  if (engine == "vasp")
    plan_vasp(draft);
  else if (engine == "ase")
    plan_calculator(draft);
  else
    plan_pseudopotentials(draft);
  plan_electrons(draft);
  if (engine == "vasp")
    plan_vasp_electrons(draft);
  else
    draft.because("vasp", "null: VASP does not label");
  plan_generation(draft);
  plan_surrogate(draft);
  plan_modelled_seeds(draft);
  plan_basis(draft);
  plan_exploration(draft);
  plan_embedding(draft);
  plan_resources(draft);
  plan_labels(draft);
  plan_molecules(draft);
  plan_guards(draft);
  plan_loop(draft);
  plan_fit(draft);
  plan_training(draft);
  lay_over(draft);
  finish_reasons(draft);
  return draft.plan;
}

Plan plan_labels_of(std::span<const core::Structure> structures, const Installation& installation) {
  const UserConfig user = user_of(structures);
  const Composition composition = user.composition();
  const Crystal crystal = smallest_cell(structures);
  const Bonding bonding = bonding_of(user, {crystal});
  Draft draft{user, installation, composition, {crystal}, bonding, {}, {}};
  plan_identity(draft);
  plan_pseudopotentials(draft);
  plan_electrons(draft);
  draft.because("vasp", "null: VASP does not label");
  plan_resources(draft);
  finish_reasons(draft);
  return draft.plan;
}

UserConfig read_user_config(const std::filesystem::path& file) {
  config::Problems problems(file.string());
  const config::Node root = config::parse(core::read_file(file), problems);
  return read_user(root, problems, file);
}

Plan read_input(const std::filesystem::path& file, const Installation& installation) {
  config::Problems problems(file.string());
  const config::Node root = config::parse(core::read_file(file), problems);
  if (is_plan(root)) return read_plan(root, problems);
  return make_plan(read_user(root, problems, file), installation);
}

std::string render_plan(const Plan& plan) {
  return "# Every value of the run and why it was chosen.  Edit a copy and run that instead of the "
         "input.\n" +
         config::dump(plan.config, plan.reasons);
}

std::string input_schema() {
  return config::schema<UserConfig>("input of mlip-auto").dump(2);
}

std::string options_reference() {
  return "# Options\n\nGenerated by `mlip-auto config reference`.  Required: elements, or crystals "
         "that hold them, and a goal.  "
         "Values in "
         "`expert` without a\ndefault are chosen by the plan, with a reason each: `mlip-auto plan "
         "INPUT` prints them.\n\n" +
         config::reference<UserConfig>("The input file");
}

}  // namespace mlip::pipeline
