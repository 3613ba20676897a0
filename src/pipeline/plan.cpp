#include "pipeline/plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "config/options.hpp"
#include "core/element.hpp"
#include "core/error.hpp"
#include "core/file.hpp"
#include "dft/espresso/pseudopotential.hpp"
#include "pipeline/heuristics.hpp"

namespace mlip::pipeline {

namespace {

constexpr double seed_strain = 0.06;
constexpr double dft_share = 0.5;
constexpr double kept_for_validation = 0.15;

/// A plan in the making.
struct Draft {
  const UserConfig& user;
  const Installation& machine;
  Composition composition;
  Crystal crystal;
  Bonding bonding;
  Plan plan;

  [[nodiscard]] SystemConfig& config() { return plan.config; }
  [[nodiscard]] const std::string& goal() const { return user.simulation_goal.type; }
  [[nodiscard]] bool molecule() const { return goal() == "molecule"; }
  void because(const std::string& key, const std::string& reason) { plan.reasons[key] = reason; }
};

double tenths(double value) {
  return std::round(value * 10) / 10;
}

void plan_identity(Draft& draft) {
  SystemConfig& config = draft.config();
  config.name = draft.user.name;
  draft.because("name", fmt::format("the stem of '{}'", draft.user.file));
  config.elements = draft.user.target_system.elements;
  std::sort(config.elements.begin(), config.elements.end());
  draft.because("elements", "target_system.elements, sorted");
  config.generate.composition = draft.composition;
  draft.because("composition", draft.user.target_system.composition
                                   ? "target_system.composition"
                                   : "equal shares: the input gives none");
  config.seed = draft.user.seed;
  draft.because("seed", draft.user.seed == 1 ? "1 where the input gives none" : "given");
}

void plan_species(Draft& draft, const dft::espresso::PseudopotentialSet& set) {
  for (const auto& [symbol, file] : set.by_element) {
    const core::Element& element = core::element(*core::atomic_number(symbol));
    draft.config().dft.species[symbol] = {file.file.string(), file.checksum, file.functional,
                                          file.valence, element.bulk_moment};
    const std::string key = "species." + symbol + '.';
    draft.because(key + "pseudopotential", set.reason);
    draft.because(key + "checksum", "MD5 of the file when the plan was made");
    draft.because(key + "functional",
                  fmt::format("one functional, {}, for all elements", set.functional));
    draft.because(key + "valence", "header of the file");
    draft.because(key + "starting_moment",
                  element.bulk_moment > 0 ? fmt::format("{} is magnetic in solids, {:g} μB", symbol,
                                                        element.bulk_moment)
                                          : fmt::format("{} is not magnetic in solids", symbol));
  }
}

void plan_cutoffs(Draft& draft, const dft::espresso::PseudopotentialSet& set) {
  auto& dft = draft.config().dft;
  dft.ecutwfc_ry = set.ecutwfc_ry;
  dft.ecutrho_ry = set.ecutrho_ry;
  draft.because("dft.ecutwfc_ry", fmt::format("the largest any element needs: {}", set.reason));
  draft.because("dft.ecutrho_ry",
                fmt::format("the largest any element needs, at least 4 × {:g} Ry", set.ecutwfc_ry));
  if (set.ecutwfc_ry <= 0 && draft.user.expert.find({"dft", "ecutwfc_ry"}) == nullptr)
    throw core::UserError(
        core::ExitCode::bad_input, fmt::format("no cutoff is known: {}", set.reason),
        "give both in the input: expert: {dft: {ecutwfc_ry: ..., ecutrho_ry: ...}}");
}

void plan_electrons(Draft& draft) {
  auto& dft = draft.config().dft;
  const Bonding& bonding = draft.bonding;
  const Mesh mesh = steady_mesh(draft.crystal, bonding.k_spacing, seed_strain);
  dft.k_spacing = mesh.spacing;
  draft.because(
      "dft.k_spacing",
      draft.molecule()
          ? "of no effect: a molecule is computed at Γ"
          : fmt::format(
                "{} points along {:.3f} Å, also at {:.0f} % compression ({} need ≤ {:g} /Å)",
                mesh.points, draft.crystal.across[0], 100 * seed_strain,
                bonding.fixed_occupations ? "insulators" : "these", bonding.k_spacing));
  dft.occupations = bonding.fixed_occupations ? "fixed" : "smearing";
  draft.because("dft.occupations", bonding.reason);
  draft.because("dft.smearing",
                "cold smearing: free energy within 1 meV/atom of the energy at 0 K");
  draft.because("dft.degauss_ry", "0.03-0.04 Ry keeps mesh noise of metals below 5 meV/Å");
  dft.spin_polarized = bonding.magnetic;
  draft.because("dft.spin_polarized", bonding.magnetic ? "an element with a moment in solids"
                                                       : "no element has a moment in solids");
  dft.isolated = draft.molecule();
  draft.because("dft.isolated", fmt::format("goal '{}'", draft.goal()));
  dft.conv_thr_ry = bonding.magnetic ? 1e-9 : 1e-8;
  draft.because("dft.conv_thr_ry", bonding.magnetic
                                       ? "magnets: stress settles to 0.4 kbar only at 1e-9 Ry"
                                       : "forces within 0.1 meV/Å of those at 1e-10 Ry");
  dft.mixing_beta = bonding.magnetic ? 0.4 : 0.7;
  draft.because("dft.mixing_beta", bonding.magnetic ? "magnets converge best at 0.4"
                                                    : "6-8 SCF steps for bulk cells at 0.7");
  draft.because("dft.electron_maxstep", "good cells need 5-25 steps; a fault is told by 100");
  dft.pw_command = draft.machine.pw_command;
  draft.because("dft.pw_command", "as found on this machine");
  draft.because("dft.mpi_ranks",
                "serial runs side by side do more labels an hour than ranks on one");
}

void plan_generation(Draft& draft) {
  auto& generate = draft.config().generate;
  const double d = draft.crystal.nearest_neighbor;
  generate.prototype = draft.crystal.prototype;
  const auto& target = draft.user.target_system;
  draft.because("generate.prototype", target.prototype
                                          ? "target_system.prototype"
                                          : fmt::format("what {} is known to form",
                                                        fmt::join(draft.config().elements, "-")));
  generate.lattice_constant = draft.crystal.lattice_constant;
  draft.because("generate.lattice_constant",
                target.lattice_constant         ? "target_system.lattice_constant"
                : draft.composition.size() == 1 ? "experimental value in the table of elements"
                                                : "from the elements' atomic volumes or radii");
  const int atoms = static_cast<int>(draft.crystal.atoms);
  generate.max_atoms = std::max(atoms, draft.molecule() ? 2 : 4);
  draft.because("generate.max_atoms",
                fmt::format("{} atoms of the conventional cell, at least 4 in a crystal",
                            draft.crystal.atoms));
  const double pressure = draft.user.simulation_goal.pressure.value_or(0);
  generate.volumetric_strain =
      std::min(0.15, seed_strain + std::round(1000 * pressure / 300) / 1000);
  draft.because("generate.volumetric_strain",
                fmt::format("{:g}, and 1 % for every 3 GPa of {:g} GPa", seed_strain, pressure));
  generate.shear_strain = draft.goal() == "elastic" ? 0.05 : seed_strain;
  draft.because("generate.shear_strain", fmt::format("goal '{}'", draft.goal()));
  const double hot = draft.goal() == "melting" || draft.goal() == "diffusion" ? 1.3 : 1;
  const std::vector<double> fractions =
      draft.molecule() ? std::vector{0.04, 0.08, 0.15} : std::vector{0.0175, 0.042, 0.07};
  generate.rattle.clear();
  for (const double fraction : fractions)
    generate.rattle.push_back(std::round(1000 * hot * fraction * d) / 1000);
  draft.because("generate.rattle",
                fmt::format("{:g}, {:g} and {:g} % of the bond of {:.3f} Å{}", 100 * fractions[0],
                            100 * fractions[1], 100 * fractions[2], d,
                            hot > 1 ? ", and 30 % more: hot" : ""));
  generate.alloys =
      draft.composition.size() > 1 ? 8 * static_cast<int>(draft.composition.size()) : 0;
  draft.because("generate.alloys",
                fmt::format("8 for each of {} elements, none for one", draft.composition.size()));
  generate.clusters = false;
  draft.because("generate.clusters", "core repulsion stands for very short bonds");
  draft.because("generate.closest", "as close as atoms come in a hot liquid");
}

void plan_basis(Draft& draft) {
  auto& basis = draft.config().basis;
  const std::size_t elements = draft.composition.size();
  const double d = draft.crystal.nearest_neighbor;
  const double factor = draft.crystal.prototype == "diamond" ? 2.4 : 2.27;
  basis.cutoff = tenths(std::clamp(factor * d, 4.0, 7.5));
  draft.because("basis.cutoff",
                fmt::format("{:g} × the bond of {:.3f} Å, within 4 and 7.5 Å", factor, d));
  if (draft.molecule()) {
    basis.nradmax_by_orders = {10, 4};
    basis.lmax_by_orders = {0, 2};
  } else if (elements == 1) {
    basis.nradmax_by_orders = {8, 6, 3, 2};
    basis.lmax_by_orders = {0, 3, 3, 2};
  } else if (elements == 2) {
    basis.nradmax_by_orders = {8, 4, 2, 1};
    basis.lmax_by_orders = {0, 3, 2, 1};
  } else {
    basis.nradmax_by_orders = {6, 3, 1};
    basis.lmax_by_orders = {0, 2, 1};
  }
  const std::string reason =
      draft.molecule() ? "a molecule has one bond: radial resolution, few angles"
                       : fmt::format("{} element{}: functions grow as the power of the order",
                                     elements, elements == 1 ? "" : "s");
  draft.because("basis.nradmax_by_orders", reason);
  draft.because("basis.lmax_by_orders", reason);
}

void plan_exploration(Draft& draft) {
  auto& explore = draft.config().explore;
  const double target = draft.user.temperature();
  double lightest = 1e9;
  for (const auto& [symbol, fraction] : draft.composition)
    lightest = std::min(lightest, core::element(*core::atomic_number(symbol)).mass);
  explore.timestep_fs = tenths(std::clamp(0.4 * std::sqrt(lightest), 0.3, 2.0));
  draft.because("explore.timestep_fs",
                fmt::format("0.4 fs × √(lightest mass {:.3f} u), at most 2 fs", lightest));
  const std::map<std::string, double> margins = {
      {"bulk", 1.2}, {"diffusion", 1.3}, {"elastic", 1.1}, {"melting", 1.5}, {"molecule", 1.2}};
  const double margin = margins.at(draft.goal());
  explore.start_temperature = std::max(50.0, std::round(target / 3));
  draft.because("explore.start_temperature",
                fmt::format("a third of {:g} K, at least 50 K", target));
  explore.end_temperature = std::round(margin * target);
  draft.because("explore.end_temperature",
                fmt::format("{:g} × {:g} K, so that the goal '{}' lies inside what was learnt",
                            margin, target, draft.goal()));
  explore.constant_pressure = false;
  draft.because("explore.constant_pressure",
                "small cells at constant volume; strained starts bring the pressures");
  const double wall = draft.user.resources.wall_time;
  explore.steps = static_cast<int>(std::clamp(std::round(wall / 600) * 3000, 2000.0, 50000.0));
  draft.because("explore.steps",
                fmt::format("3000 for every 10 min of {:g} s, within 2000 and 50000", wall));
  explore.time_limit_seconds = std::max(20.0, std::round(wall / 15));
  draft.because("explore.time_limit_seconds",
                fmt::format("a fifteenth of {:g} s, at least 20 s", wall));
  draft.because("explore.gamma_interval", "atoms move less than 0.1 Å in ten steps");
  draft.because("explore.gamma_pick",
                "1 is the border of what was learnt; 2 leaves room for noise");
  draft.because("explore.gamma_halt", "far beyond what was learnt forces mean nothing");
  draft.because(
      "explore.excursion_spacing",
      fmt::format("{:g} ps lie between two structures that differ", 0.1 * explore.timestep_fs));
  draft.because("explore.max_excursions", "more than a generation labels");
  draft.because("explore.mpi_ranks", "walks run side by side, a core each");
}

void plan_embedding(Draft& draft) {
  auto& embedding = draft.config().embedding;
  const double d = draft.crystal.nearest_neighbor, cutoff = draft.config().basis.cutoff;
  embedding.core_radius = tenths(1.2 * d);
  draft.because("embedding.core_radius",
                fmt::format("1.2 × the bond of {:.3f} Å: the first neighbours", d));
  embedding.buffer_width = cutoff;
  draft.because("embedding.buffer_width", fmt::format("the cutoff of {:g} Å", cutoff));
  draft.because("embedding.whole_cell_atoms", "DFT can pay for so many atoms: no need to cut");
  draft.because("embedding.closest", "as close as atoms come in a hot liquid");
}

void plan_resources(Draft& draft) {
  auto& loop = draft.config().loop;
  const auto& resources = draft.user.resources;
  loop.workers = std::min(resources.cores.value_or(draft.machine.cores), draft.machine.cores);
  draft.because("loop.workers",
                resources.cores
                    ? fmt::format("{} asked for, {} at hand", *resources.cores, draft.machine.cores)
                    : fmt::format("all {} at hand", draft.machine.cores));
  loop.wall_time_seconds = std::round((1 - kept_for_validation) * resources.wall_time);
  draft.because("loop.wall_time_seconds",
                fmt::format("{:g} s less {:.0f} % for validation and report", resources.wall_time,
                            100 * kept_for_validation));
  draft.because("loop.min_generations", "the potential has to meet its own errors at least twice");
  loop.max_generations = 5;
  draft.because("loop.max_generations",
                "what four rounds of learning do not find, more of the same will not");
}

void plan_labels(Draft& draft) {
  auto& config = draft.config();
  auto& loop = config.loop;
  const int walk_atoms = draft.molecule() ? 2 : (draft.bonding.magnetic ? 4 : 8);
  const auto repeats = repeats_for(draft.crystal, walk_atoms);
  loop.walk_repeats.assign(repeats.begin(), repeats.end());
  const int atoms = static_cast<int>(draft.crystal.atoms) * repeats[0] * repeats[1] * repeats[2];
  draft.because(
      "loop.walk_repeats",
      fmt::format("{} atoms: at least {}, cheap enough to label whole", atoms, walk_atoms));
  const double cost = (label_cost(draft.crystal, {1, 1, 1}, draft.composition, config.dft) +
                       label_cost(draft.crystal, repeats, draft.composition, config.dft)) /
                      2;
  const double wall = draft.user.resources.wall_time;
  const auto budget = share_labels(dft_share * wall * loop.workers, cost, draft.composition.size(),
                                   loop.max_generations);
  loop.seed_labels = budget.seed;
  draft.because("loop.seed_labels", "a quarter; " + budget.reason);
  loop.picks = budget.picks;
  draft.because("loop.picks", fmt::format("the rest over {} generations; {}",
                                          loop.max_generations - 1, budget.reason));
  loop.holdout = budget.holdout;
  draft.because("loop.holdout", "an eighth; " + budget.reason);
  config.generate.rattled = std::max(12, (budget.total + 4) / 5);
  draft.because(
      "generate.rattled",
      fmt::format("a fifth of {} labels, at least 12: more to choose from than is paid for",
                  budget.total));
  config.dft.time_limit_seconds = std::max(60.0, std::round(std::min(wall / 2, 40 * cost)));
  draft.because(
      "dft.time_limit_seconds",
      fmt::format("40 × the {:.1f} s expected, at most half of {:g} s, at least 60 s", cost, wall));
}

void plan_loop(Draft& draft) {
  auto& loop = draft.config().loop;
  const double cutoff = draft.config().basis.cutoff;
  draft.because("loop.target_energy_mev_per_atom", "the usual demand on a fitted potential");
  draft.because("loop.target_force_mev_per_a", "the usual demand on a fitted potential");
  draft.because("loop.failure_ratio",
                "single failures are skipped; every second one means a wrong setup");
  loop.walkers = std::clamp(loop.workers, 2, 8);
  draft.because("loop.walkers",
                fmt::format("one for each of {} cores, within 2 and 8", loop.workers));
  loop.walk_strain = draft.molecule() ? 0 : 0.03;
  draft.because("loop.walk_strain", draft.molecule() ? "a molecule has no cell to strain"
                                                     : "half of the seeds' strain");
  loop.isolated_box = std::max(8.0, std::round(2 * (cutoff + 3.5)) / 2);
  draft.because("loop.isolated_box",
                fmt::format("the cutoff of {:g} Å and 3.5 Å for the tails, at least 8 Å", cutoff));
  loop.eos_strain = 0.05;
  draft.because("loop.eos_strain",
                "tabled lattice constants lie within 3 % of DFT's: the minimum stays inside");
  loop.eos_points = draft.molecule() ? 0 : 9;
  draft.because("loop.eos_points",
                draft.molecule() ? "a molecule has no equation of state"
                                 : "twice the four parameters of Birch and Murnaghan, and one");
}

void plan_fit(Draft& draft) {
  draft.because("fit.energy_weight", "1 meV/atom counts as 30 meV/Å");
  draft.because("fit.force_weight", "the unit of the weights");
  draft.because("fit.stress_weight", "as energies: stress is energy an atom over strain");
  draft.because("fit.smoothness_power",
                "higher orders are held back more; its strength is chosen by the evidence");
}

/// Values that follow from others.
void settle(SystemConfig& config) {
  config.generate.seed = config.seed;
  config.fit.threads = config.loop.workers;
}

const config::Node* find(const config::Node& root, std::string_view path) {
  const config::Node* node = &root;
  while (node != nullptr && !path.empty()) {
    const auto dot = path.find('.');
    node = node->find(path.substr(0, dot));
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return node;
}

/// Lays the expert's values over the plan and gives a reason to every value that has none yet.
void finish(Draft& draft) {
  draft.user.expert.apply(draft.config());
  settle(draft.config());
  for (const std::string& path : config::leaf_paths_of(draft.config()))
    if (const auto* node = find(draft.user.expert.node(), path);
        !draft.user.expert.empty() && node != nullptr)
      draft.because(path, fmt::format("set by hand, {}:{}", draft.user.file, node->line));
    else if (!draft.plan.reasons.contains(path))
      draft.because(path, "the default: nothing in the input speaks for another value");
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

Plan read_plan(const config::Node& root, config::Problems& problems) {
  Plan plan;
  plan.config = config::read_node(root, problems, SystemConfig{}, config::Demand::everything);
  for (auto& [symbol, species] : plan.config.dft.species) take_from_file(symbol, species);
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

UserConfig read_user(const config::Node& root, config::Problems& problems,
                     const std::filesystem::path& file) {
  UserConfig user = config::read_node(root, problems, UserConfig{});
  user.name = file.stem().string();
  user.file = file.string();
  return user;
}

}  // namespace

Plan make_plan(const UserConfig& user, const Installation& installation) {
  const Composition composition = user.composition();
  const auto& target = user.target_system;
  const bool molecule = user.simulation_goal.type == "molecule";
  Draft draft{
      user,
      installation,
      composition,
      expected_crystal(composition, target.prototype.value_or(molecule ? "molecule" : "auto"),
                       target.lattice_constant.value_or(0)),
      expected_bonding(composition, user.simulation_goal.type, user.temperature()),
      {}};
  plan_identity(draft);
  const auto set = dft::espresso::choose_pseudopotentials(
      draft.config().elements, installation.pseudopotential_folders,
      user.level_of_theory.functional, user.level_of_theory.pseudopotentials);
  plan_species(draft, set);
  plan_cutoffs(draft, set);
  plan_electrons(draft);
  plan_generation(draft);
  plan_basis(draft);
  plan_exploration(draft);
  plan_embedding(draft);
  plan_resources(draft);
  plan_labels(draft);
  plan_loop(draft);
  plan_fit(draft);
  finish(draft);
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
  return config::schema<UserConfig>("input of mlip-auto").dump(2) + '\n';
}

std::string options_reference() {
  return "# Options\n\nGenerated from the program: `mlip-auto config reference`.\n\n" +
         config::reference<UserConfig>("The input file");
}

}  // namespace mlip::pipeline
