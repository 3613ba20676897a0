#include "pipeline/system_config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/element.hpp"
#include "dft/vasp/input.hpp"

namespace mlip::pipeline {

namespace {

void positive(config::Checks& checks, const std::string& key, double value) {
  if (!(value > 0)) checks.add(key, fmt::format("must be greater than 0, got {:g}", value));
}

void not_negative(config::Checks& checks, const std::string& key, double value) {
  if (value < 0) checks.add(key, fmt::format("must not be negative, got {:g}", value));
}

void check_dft(const dft::espresso::Parameters& dft, config::Checks& checks) {
  positive(checks, "dft.ecutwfc_ry", dft.ecutwfc_ry);
  if (dft.ecutrho_ry < 4 * dft.ecutwfc_ry)
    checks.add("dft.ecutrho_ry", fmt::format("must be at least 4 × ecutwfc_ry = {:g}, got {:g}",
                                             4 * dft.ecutwfc_ry, dft.ecutrho_ry));
  not_negative(checks, "dft.ecfixed_ry", dft.ecfixed_ry);
  if (dft.ecfixed_ry > dft.ecutwfc_ry)
    checks.add("dft.ecfixed_ry", fmt::format("must not exceed ecutwfc_ry = {:g}, got {:g}",
                                             dft.ecutwfc_ry, dft.ecfixed_ry));
  positive(checks, "dft.k_spacing", dft.k_spacing);
  if (dft.occupations != "smearing" && dft.occupations != "fixed")
    checks.add("dft.occupations",
               fmt::format("must be 'smearing' or 'fixed', got '{}'", dft.occupations));
  if (dft.occupations == "fixed" && dft.spin_polarized)
    checks.add("dft.occupations", "must be 'smearing' where spin_polarized is true");
  positive(checks, "dft.degauss_ry", dft.degauss_ry);
  positive(checks, "dft.conv_thr_ry", dft.conv_thr_ry);
  positive(checks, "dft.mixing_beta", dft.mixing_beta);
  positive(checks, "dft.electron_maxstep", dft.electron_maxstep);
  positive(checks, "dft.time_limit_seconds", dft.time_limit_seconds);
  not_negative(checks, "dft.mpi_ranks", dft.mpi_ranks);
  not_negative(checks, "dft.attempts_per_fault", dft.attempts_per_fault);
  positive(checks, "dft.attempts_per_structure", dft.attempts_per_structure);
  not_negative(checks, "dft.healing_seconds", dft.healing_seconds);
}

void check_species(const SystemConfig& config, config::Checks& checks) {
  std::set<std::string> functionals;
  for (const std::string& element : config.elements) {
    const auto species = config.dft.species.find(element);
    if (species == config.dft.species.end()) {
      checks.add("species", fmt::format("gives no pseudopotential of '{}'", element));
    } else if (!species->second.functional.empty()) {
      functionals.insert(species->second.functional);
    }
  }
  if (functionals.size() > 1)
    checks.add("species", fmt::format("functionals would mix: {}", fmt::join(functionals, ", ")));
}

void check_ase(const dft::AseParameters& ase, config::Checks& checks) {
  check_calculator(ase.calculator, "ase.calculator", checks);
  positive(checks, "ase.time_limit_seconds", ase.time_limit_seconds);
}

void check_vasp(const dft::vasp::Parameters& vasp, const std::vector<std::string>& elements,
                config::Checks& checks) {
  for (const std::string& element : elements)
    if (!vasp.species.contains(element))
      checks.add("vasp.species", fmt::format("gives no POTCAR of '{}'", element));
  positive(checks, "vasp.encut", vasp.encut);
  positive(checks, "vasp.k_spacing", vasp.k_spacing);
  positive(checks, "vasp.sigma", vasp.sigma);
  positive(checks, "vasp.ediff", vasp.ediff);
  positive(checks, "vasp.nelm", vasp.nelm);
  positive(checks, "vasp.time_limit_seconds", vasp.time_limit_seconds);
  if (vasp.ismear < -1 || vasp.ismear > 2)
    checks.add("vasp.ismear", fmt::format("must be -1, 0, 1 or 2, got {}", vasp.ismear));
  check_incar(vasp.incar, "vasp.incar", checks);
}

void check_basis(const ace::BasisOptions& basis, config::Checks& checks) {
  const auto& radial = basis.nradmax_by_orders;
  if (radial.empty() || radial.size() != basis.lmax_by_orders.size())
    checks.add("basis.lmax_by_orders",
               fmt::format("must be as long as nradmax_by_orders ({}), got {}", radial.size(),
                           basis.lmax_by_orders.size()));
  for (const int count : radial) positive(checks, "basis.nradmax_by_orders", count);
  for (const int l : basis.lmax_by_orders) not_negative(checks, "basis.lmax_by_orders", l);
  positive(checks, "basis.cutoff", basis.cutoff);
}

void check_training(const fit::pacemaker::Options& pacemaker, config::Checks& checks) {
  positive(checks, "training.pacemaker.iterations", pacemaker.iterations);
  positive(checks, "training.pacemaker.time_limit_seconds", pacemaker.time_limit_seconds);
  not_negative(checks, "training.pacemaker.l1", pacemaker.l1);
  not_negative(checks, "training.pacemaker.l2", pacemaker.l2);
  if (pacemaker.embedding.empty() || pacemaker.embedding.size() % 2 != 0)
    checks.add("training.pacemaker.embedding",
               fmt::format("must be pairs of numbers, got {}", pacemaker.embedding.size()));
}

void check_explore(const explore::Options& explore, config::Checks& checks) {
  positive(checks, "explore.timestep_fs", explore.timestep_fs);
  positive(checks, "explore.start_temperature", explore.start_temperature);
  positive(checks, "explore.end_temperature", explore.end_temperature);
  positive(checks, "explore.steps", explore.steps);
  positive(checks, "explore.gamma_interval", explore.gamma_interval);
  positive(checks, "explore.mpi_ranks", explore.mpi_ranks);
  if (explore.gamma_halt <= explore.gamma_pick)
    checks.add("explore.gamma_halt", fmt::format("must be greater than gamma_pick = {:g}, got {:g}",
                                                 explore.gamma_pick, explore.gamma_halt));
}

void check_guard(const validate::GuardOptions& guard, config::Checks& checks) {
  positive(checks, "guard.atoms", guard.atoms);
  positive(checks, "guard.heat", guard.heat);
  positive(checks, "guard.heat_ps", guard.heat_ps);
  positive(checks, "guard.drift_ps", guard.drift_ps);
}

void check_loop(const LoopOptions& loop, config::Checks& checks) {
  positive(checks, "loop.workers", loop.workers);
  positive(checks, "loop.wall_time_seconds", loop.wall_time_seconds);
  positive(checks, "loop.min_generations", loop.min_generations);
  if (loop.max_generations < loop.min_generations)
    checks.add("loop.max_generations", fmt::format("must be at least min_generations = {}, got {}",
                                                   loop.min_generations, loop.max_generations));
  positive(checks, "loop.seed_labels", loop.seed_labels);
  positive(checks, "loop.picks", loop.picks);
  positive(checks, "loop.holdout", loop.holdout);
  positive(checks, "loop.target_energy_mev_per_atom", loop.target_energy_mev_per_atom);
  positive(checks, "loop.target_force_mev_per_a", loop.target_force_mev_per_a);
  positive(checks, "loop.walkers", loop.walkers);
  positive(checks, "loop.isolated_box", loop.isolated_box);
  if (loop.walk_repeats.size() != 3)
    checks.add("loop.walk_repeats",
               fmt::format("must be three numbers, got {}", loop.walk_repeats.size()));
  for (const int repeats : loop.walk_repeats) positive(checks, "loop.walk_repeats", repeats);
  if (loop.eos_points != 0 && loop.eos_points < 5)
    checks.add("loop.eos_points", fmt::format("must be 0 or at least 5, got {}", loop.eos_points));
  if (loop.eos_points != 0) positive(checks, "loop.eos_strain", loop.eos_strain);
  not_negative(checks, "loop.noise_labels", loop.noise_labels);
}

void check_generate(const generate::Options& options, const std::vector<std::string>& elements,
                    config::Checks& checks) {
  if (options.crystals.empty() && options.prototype == "given")
    checks.add("generate.prototype", "is 'given', but generate.crystals are none");
  if (!options.crystals.empty() && options.prototype != "given" && options.prototype != "molecule")
    checks.add("generate.prototype", "must be 'given' or 'molecule' where generate.crystals are");
  not_negative(checks, "generate.modes", options.modes);
  for (const double temperature : options.mode_temperatures)
    not_negative(checks, "generate.mode_temperatures", temperature);
  for (const auto& [key, steps] : {std::pair("generate.bond_lengths", options.bond_lengths),
                                   std::pair("generate.bond_angles", options.bond_angles)})
    if (steps != 0 && steps < 2)
      checks.add(key, fmt::format("must be 0 or at least 2, got {}", steps));
  if (!(options.longest_bond > 1))
    checks.add("generate.longest_bond",
               fmt::format("must be greater than 1, got {:g}", options.longest_bond));
  not_negative(checks, "generate.molecule_pairs", options.molecule_pairs);
  for (std::size_t k = 0; k < options.crystals.size(); ++k) {
    const auto& crystal = options.crystals[k];
    const std::string key = fmt::format("generate.crystals[{}]", k);
    if (const auto problem = generate::problem_of(crystal); !problem.empty())
      checks.add(key, problem);
    for (const std::string& element : crystal.elements)
      if (std::ranges::count(elements, element) == 0)
        checks.add(key, fmt::format("'{}' is not among the elements {}", element,
                                    fmt::join(elements, ", ")));
  }
  not_negative(checks, "generate.slab_atoms", options.slab_atoms);
  not_negative(checks, "generate.fault_atoms", options.fault_atoms);
  not_negative(checks, "generate.phonons", options.phonons);
  not_negative(checks, "generate.searches", options.searches);
  not_negative(checks, "generate.melts", options.melts);
  positive(checks, "generate.melt_steps", options.melt_steps);
  for (const double temperature : options.phonon_temperatures)
    positive(checks, "generate.phonon_temperatures", temperature);
  if (options.supercell_repeats.size() != 3)
    checks.add("generate.supercell_repeats",
               fmt::format("must be three numbers, got {}", options.supercell_repeats.size()));
  for (const int repeats : options.supercell_repeats)
    positive(checks, "generate.supercell_repeats", repeats);
}

}  // namespace

void check_elements(const std::vector<std::string>& elements, const std::string& key,
                    config::Checks& checks) {
  if (elements.empty()) checks.add(key, "must name at least one element");
  for (auto element = elements.begin(); element != elements.end(); ++element) {
    if (!core::atomic_number(*element))
      checks.add(key, fmt::format("unknown element '{}'; did you mean '{}'?", *element,
                                  core::nearest_symbol(*element)));
    if (std::find(elements.begin(), element, *element) != element)
      checks.add(key, fmt::format("'{}' stands twice", *element));
  }
}

void check_composition(const std::map<std::string, double>& composition,
                       const std::vector<std::string>& elements, const std::string& key,
                       config::Checks& checks) {
  double sum = 0;
  for (const auto& [element, fraction] : composition) {
    sum += fraction;
    const std::string at = key + '.' + element;
    if (!core::atomic_number(element))
      checks.add(at, fmt::format("unknown element '{}'; did you mean '{}'?", element,
                                 core::nearest_symbol(element)));
    else if (std::find(elements.begin(), elements.end(), element) == elements.end())
      checks.add(
          at, fmt::format("'{}' is not among the elements {}", element, fmt::join(elements, ", ")));
    positive(checks, at, fraction);
  }
  for (const std::string& element : elements)
    if (!composition.contains(element))
      checks.add(key, fmt::format("gives no fraction of '{}'", element));
  if (std::abs(sum - 1) > 1e-6)
    checks.add(key, fmt::format("fractions must sum to 1, they sum to {:g}", sum));
}

void check_calculator(const std::string& calculator, const std::string& key,
                      config::Checks& checks) {
  const auto colon = calculator.find(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == calculator.size())
    checks.add(key, fmt::format("must be module:callable, as ase.calculators.emt:EMT, got '{}'",
                                calculator));
}

void check_incar(const std::map<std::string, std::string>& tags, const std::string& key,
                 config::Checks& checks) {
  for (const auto& [tag, value] : tags)
    if (const auto problem = dft::vasp::tag_problem(tag, value); !problem.empty())
      checks.add(key + '.' + tag, problem);
}

void check_clusters(const std::optional<exec::SlurmOptions>& slurm,
                    const std::optional<exec::HyperQueueOptions>& hyperqueue,
                    config::Checks& checks) {
  const auto check = [&](const std::string& key, const auto& options) {
    if (!options) return;
    for (const auto& [option, message] : exec::problems_of(*options))
      checks.add(key + '.' + option, message);
  };
  check("slurm", slurm);
  check("hyperqueue", hyperqueue);
  if (slurm && hyperqueue) checks.add("hyperqueue", "must be null where slurm is named");
}

const exec::TaskOptions* SystemConfig::cluster() const {
  if (slurm) return &*slurm;
  return hyperqueue ? &*hyperqueue : nullptr;
}

bool SystemConfig::spin_polarized() const {
  return vasp ? vasp->spin_polarized : dft.spin_polarized;
}

void SystemConfig::check(config::Checks& checks) const {
  check_elements(elements, "elements", checks);
  check_composition(generate.composition, elements, "composition", checks);
  check_generate(generate, elements, checks);
  if (vasp && !ase.calculator.empty())
    checks.add("vasp", "must be null where ase.calculator labels");
  if (vasp) {
    check_vasp(*vasp, elements, checks);
  } else if (ase.calculator.empty()) {
    check_species(*this, checks);
    check_dft(dft, checks);
  } else {
    check_ase(ase, checks);
  }
  check_basis(basis, checks);
  check_training(training.pacemaker, checks);
  not_negative(checks, "surrogate.lessons", surrogate.lessons);
  check_explore(explore, checks);
  check_guard(guard, checks);
  check_loop(loop, checks);
  check_clusters(slurm, hyperqueue, checks);
  if (const auto* tasks = cluster(); tasks != nullptr && dft.mpi_ranks > tasks->cores)
    checks.add(
        slurm ? "slurm.cores" : "hyperqueue.cores",
        fmt::format("must be at least dft.mpi_ranks = {}, got {}", dft.mpi_ranks, tasks->cores));
}

}  // namespace mlip::pipeline
