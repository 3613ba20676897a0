#include "app/label_preview.hpp"

#include <fmt/format.h>

#include "app/input.hpp"
#include "core/error.hpp"
#include "dft/espresso/cost.hpp"
#include "dft/espresso/input.hpp"
#include "dft/rank_table.hpp"
#include "dft/vasp/cost.hpp"
#include "dft/vasp/input.hpp"

namespace mlip::app {

namespace {

/// The files of a first attempt, but POTCAR.
std::string input_of(const core::Structure& structure, const pipeline::SystemConfig& config) {
  if (!config.vasp)
    return dft::espresso::write_input(dft::espresso::boxed(structure), config.dft,
                                      dft::espresso::first_numerics(config.dft));
  const auto& vasp = *config.vasp;
  const auto sent = dft::vasp::sent(structure);
  return fmt::format("# INCAR\n{}# KPOINTS\n{}# POSCAR\n{}",
                     write_incar(sent, vasp, first_numerics(vasp), "mlip"),
                     write_kpoints(structure, vasp), write_poscar(sent));
}

double core_seconds(const core::Structure& structure, const pipeline::SystemConfig& config) {
  return config.vasp ? dft::vasp::core_seconds(structure, *config.vasp)
                     : dft::espresso::core_seconds(structure, config.dft);
}

/// What a batch will run on, and why.
struct Forecasted {
  std::vector<dft::Task> tasks;
  std::vector<dft::Layout> layouts;
  std::string reason;
};

Forecasted asked_for(std::vector<dft::Task> tasks, int ranks) {
  const std::size_t number = tasks.size();
  return {std::move(tasks), std::vector(number, dft::Layout{ranks, double(ranks)}),
          ranks > 1 ? fmt::format("{} ranks each, asked for by dft.mpi_ranks", ranks) : ""};
}

Forecasted forecast(const std::vector<core::Structure>& structures,
                    const pipeline::SystemConfig& config) {
  std::vector<dft::Task> tasks;
  for (const auto& structure : structures) tasks.push_back({core_seconds(structure, config)});
  if (config.vasp || config.cluster() != nullptr || config.dft.mpi_ranks > 0)
    return asked_for(std::move(tasks), config.vasp ? 1 : std::max(1, config.dft.mpi_ranks));
  const auto machine = find_installation();
  const dft::RankTable table(machine.measured_settings, machine.cores);
  bool known = true;
  for (std::size_t i = 0; i < structures.size(); ++i) {
    const dft::Extent extent = {tasks[i].seconds,
                                dft::espresso::shared_points(structures[i], config.dft)};
    tasks[i].speedup = table.speedup(extent);
    known = known && table.knows(extent, config.loop.workers);
  }
  auto layouts = dft::lay_out(tasks, config.loop.workers);
  return {std::move(tasks), std::move(layouts),
          known ? "ranks by measured speed"
                : "one rank where the speed of several is not measured yet; a run measures it "
                  "where cores would lie idle"};
}

std::string shown(const dft::Task& task, const dft::Layout& layout) {
  std::string text = fmt::format("about {} on a core", duration(task.seconds));
  if (layout.ranks > 1)
    text += fmt::format(", {} on {} ranks", duration(task.seconds / layout.speedup), layout.ranks);
  return text;
}

}  // namespace

std::string duration(double seconds) {
  if (seconds < 120) return fmt::format("{:.0f} s", seconds);
  if (seconds < 7200) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

void preview_labels(const std::vector<core::Structure>& structures,
                    const pipeline::SystemConfig& config) {
  if (!config.ase.calculator.empty())
    throw core::UserError(
        core::ExitCode::bad_input,
        fmt::format("'{}' has no input files that a dry run could show", config.ase.calculator),
        "leave --dry-run out: the same command goes on where it was stopped");
  const auto [tasks, layouts, reason] = forecast(structures, config);
  double total = 0;
  for (std::size_t i = 0; i < structures.size(); ++i) {
    total += tasks[i].seconds;
    fmt::print("# frame {}: {}, {}\n{}\n", i, structures[i].formula(), shown(tasks[i], layouts[i]),
               input_of(structures[i], config));
  }
  const int cores = config.loop.workers;
  fmt::print("# {} structures, about {:.3g} core hours, {} on {} cores\n", structures.size(),
             total / 3600, duration(dft::makespan(tasks, layouts, cores)), cores);
  if (!reason.empty() && cores > 1) fmt::print("# {}\n", reason);
}

}  // namespace mlip::app
