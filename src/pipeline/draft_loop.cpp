#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "config/dump.hpp"
#include "core/element.hpp"
#include "core/error.hpp"
#include "generate/cells.hpp"
#include "pipeline/draft.hpp"

namespace mlip::pipeline {

namespace {
constexpr double kept_for_validation = 0.15;
}  // namespace

void plan_exploration(Draft& draft) {
  auto& explore = draft.config().explore;
  const double target = draft.user.temperature();
  double lightest = 1e9;
  for (const auto& [symbol, fraction] : draft.composition)
    lightest = std::min(lightest, core::element(*core::atomic_number(symbol)).mass);
  explore.timestep_fs = tenths(std::clamp(0.4 * std::sqrt(lightest), 0.3, 2.0));
  draft.because("explore.timestep_fs",
                fmt::format("0.4 fs × √(lightest mass {:.3f} u), at most 2 fs", lightest));
  explore.start_temperature = std::max(50.0, std::round(target / 3));
  draft.because("explore.start_temperature",
                fmt::format("a third of {:g} K, at least 50 K", target));
  explore.end_temperature = highest_temperature(draft.goal(), target);
  draft.because("explore.end_temperature",
                fmt::format("above {:g} K, so that the goal '{}' lies inside what was learnt",
                            target, draft.goal()));
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
  const double d = draft.crystal().nearest_neighbor, cutoff = draft.config().basis.cutoff;
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
  draft.config().slurm = resources.slurm;
  draft.config().hyperqueue = resources.hyperqueue;
  for (const auto& path : config::leaf_paths_of(draft.config()))
    for (const std::string queue : {"slurm", "hyperqueue"})
      if (path.starts_with(queue))
        draft.because(path, path == queue ? std::string("the input names no cluster")
                                          : fmt::format("resources.{}", queue));
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
  const int walk_atoms = draft.molecule() ? 1 : (draft.bonding.magnetic ? 4 : 8);
  const auto repeats = generate::compact_repeats(draft.crystal().cell, walk_atoms);
  loop.walk_repeats.assign(repeats.begin(), repeats.end());
  const int atoms =
      static_cast<int>(draft.crystal().cell.size()) * repeats[0] * repeats[1] * repeats[2];
  draft.because("loop.walk_repeats",
                draft.molecule() ? "a molecule walks alone"
                                 : fmt::format("{} atoms: at least {}, cheap enough to label whole",
                                               atoms, walk_atoms));
  const double cost = (crystal_cost(draft, 1) + crystal_cost(draft, walk_atoms)) / 2;
  const double wall = draft.user.resources.wall_time;
  const auto* const tasks = config.cluster();
  const int cores = tasks != nullptr ? tasks->tasks_at_once * tasks->cores : loop.workers;
  const double all = dft_share * wall * cores;
  const auto budget =
      share_labels(all - plan_large_seeds(draft, all), cost, draft.composition.size(),
                   loop.max_generations, draft.molecule());
  loop.seed_labels = budget.seed;
  draft.because("loop.seed_labels",
                (draft.molecule() ? "a quarter; "
                                  : "a thirtieth, at least 6 and 4 for each pair of elements; ") +
                    budget.reason);
  draft.because("loop.seed_choice", "what the linear model learns most from, atom by atom");
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
  config.dft.healing_seconds = std::round(0.25 * dft_share * wall * cores);
  draft.because("dft.healing_seconds", "a quarter of what the run has for DFT");
  draft.because("dft.attempts_per_fault", "the longest ladder has six rungs");
  draft.because("dft.attempts_per_structure", "two faults, each with all of its remedies");
  if (config.vasp) {
    static_cast<dft::HealingBudget&>(*config.vasp) = config.dft;
    config.vasp->time_limit_seconds = config.dft.time_limit_seconds;
    for (const char* key :
         {"time_limit_seconds", "attempts_per_fault", "attempts_per_structure", "healing_seconds"})
      draft.because(fmt::format("vasp.{}", key), draft.plan.reasons.at(fmt::format("dft.{}", key)));
  }
}

void plan_guards(Draft& draft) {
  draft.because("guard.atoms", "an atom and its neighbours' neighbours");
  draft.because("guard.heat", "a potential is used a little beyond what it was made for");
  draft.because("guard.heat_ps", "some ten vibrations: what falls into a hole does so at once");
  draft.because("guard.drift_ps", "1e-6 eV/atom/ps shows: the steps' own error is taken out");
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
  const auto& ase = draft.config().ase;
  const bool measurable = ase.calculator.empty() || !ase.tighter.empty();
  const int labels = loop.seed_labels + loop.holdout + loop.picks * (loop.max_generations - 1);
  loop.noise_labels = measurable ? std::max(3, (labels + 50) / 100) : 0;
  draft.because("loop.noise_labels", measurable
                                         ? fmt::format("1 % of {} labels, at least 3", labels)
                                         : "nobody knows what is tighter than this calculator: "
                                           "level_of_theory.tighter would say it");
}

}  // namespace mlip::pipeline
