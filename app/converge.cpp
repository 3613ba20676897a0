#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <memory>
#include <set>

#include "app/commands.hpp"
#include "app/input.hpp"
#include "app/interrupt.hpp"
#include "core/date.hpp"
#include "core/error.hpp"
#include "core/file.hpp"
#include "dft/espresso/convergence.hpp"
#include "dft/espresso/espresso.hpp"
#include "dft/espresso/measured_settings.hpp"
#include "dft/ledger.hpp"
#include "dft/local_executor.hpp"
#include "io/extended_xyz.hpp"
#include "pipeline/convergence_cells.hpp"
#include "pipeline/executor.hpp"
#include "report/convergence_page.hpp"

namespace mlip::app {

namespace {

namespace espresso = dft::espresso;

/// Where a search starts that knows nothing, Ry.
constexpr double first_guess = 40;

struct ConvergeArguments {
  std::string structures, input, out = "convergence.html", scratch = "scratch";
  espresso::Accuracy wanted;
  int workers = 0;
  bool keep = true;
};

/// Labels at any level of theory, each outcome kept at once.
class KeptLabels {
 public:
  KeptLabels(const ConvergeArguments& arguments, const std::vector<core::Structure>& structures,
             int workers, std::stop_token stop)
      : arguments_(arguments),
        structures_(structures),
        executor_(workers, pipeline::measured_folder(),
                  [](const std::string& text) { fmt::print(stderr, "{}\n", text); }),
        stop_(std::move(stop)) {}

  std::vector<core::Outcome> label(const espresso::Parameters& parameters) const {
    const espresso::Espresso oracle(parameters, std::filesystem::path(arguments_.scratch));
    dft::Ledger ledger(arguments_.out + ".ledger", oracle.level_of_theory());
    std::vector<std::optional<core::Outcome>> outcomes;
    std::vector<std::size_t> open;
    std::vector<dft::Job> jobs;
    for (const auto& structure : structures_) {
      outcomes.push_back(ledger.find(structure));
      if (outcomes.back()) continue;
      open.push_back(outcomes.size() - 1);
      jobs.push_back({structure, fmt::format("converge_{}", outcomes.size())});
    }
    tell(parameters, jobs.size());
    executor_.lay_out(oracle, jobs, stop_);
    executor_.label(oracle, jobs, stop_, [&](std::size_t k, const core::Outcome& outcome) {
      if (dft::interrupted(outcome)) return;
      ledger.add(structures_[open[k]], outcome);
      outcomes[open[k]] = outcome;
    });
    return complete(outcomes);
  }

 private:
  void tell(const espresso::Parameters& p, std::size_t open) const {
    fmt::print(stderr, "{:g}/{:g} Ry, {:g} /Å: {} of {} calculations to make\n", p.ecutwfc_ry,
               p.ecutrho_ry, p.k_spacing, open, structures_.size());
  }

  static std::vector<core::Outcome> complete(
      const std::vector<std::optional<core::Outcome>>& outcomes) {
    std::vector<core::Outcome> all;
    for (const auto& outcome : outcomes) {
      if (!outcome)
        throw core::UserError(core::ExitCode::interrupted, "interrupted",
                              "the same command goes on where it stopped");
      all.push_back(*outcome);
    }
    return all;
  }

  const ConvergeArguments& arguments_;
  const std::vector<core::Structure>& structures_;
  dft::LocalExecutor executor_;
  std::stop_token stop_;
};

std::vector<core::Structure> read_structures(const std::string& file) {
  std::vector<core::Structure> structures;
  if (file.empty()) return structures;
  for (auto& frame : io::read_extended_xyz(file)) structures.push_back(std::move(frame.structure));
  if (structures.empty() ||
      std::ranges::any_of(structures, [](const auto& s) { return s.size() == 0; }))
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("'{}' holds no structure, or an empty one", file),
                          "give at least two structures of one composition");
  return structures;
}

/// The start does not depend on what was measured before.
pipeline::SystemConfig configuration_for(const ConvergeArguments& arguments,
                                         const std::vector<core::Structure>& structures) {
  auto installation = find_installation();
  installation.measured_settings.clear();
  installation.assumed_cutoff_ry = first_guess;
  if (!arguments.input.empty()) {
    auto config = pipeline::read_input(arguments.input, installation).config;
    if (config.vasp || !config.ase.calculator.empty())
      throw core::UserError(
          core::ExitCode::bad_input,
          fmt::format("'{}' does not label with Quantum ESPRESSO", arguments.input),
          "converge measures its cutoffs alone; VASP's is level_of_theory: {vasp: {encut: ...}}");
    return config;
  }
  if (structures.empty())
    throw core::UserError(core::ExitCode::bad_input, "neither STRUCTURES nor --input is given",
                          "name a file of structures, or an input.yaml");
  return pipeline::plan_labels_of(structures, installation).config;
}

struct Shown {
  std::string name, unit;
};

Shown shown(const std::string& quantity) {
  if (quantity == "ecutwfc_ry") return {"plane-wave cutoff", "Ry"};
  if (quantity == "k_spacing") return {"k-spacing", "1/Å"};
  return {"density cutoff over plane-wave cutoff", ""};
}

void print_series(const espresso::Series& series) {
  const Shown name = shown(series.quantity);
  fmt::print("\n{}{}, against {:g}\n{:>10} {:>12} {:>10} {:>10} {:>10}\n", name.name,
             name.unit.empty() ? "" : " (" + name.unit + ")", series.reference, "value",
             "E meV/atom", "F meV/Å", "σ GPa", "core s");
  for (const auto& trial : series.trials)
    fmt::print("{:>10g} {:>12.3g} {:>9.3g} {:>9.3g} {:>10.3g}{}\n", trial.value,
               trial.deviation.energy_mev_per_atom, trial.deviation.force_mev_per_a,
               trial.deviation.stress_gpa, trial.core_seconds,
               trial.value == series.chosen ? "  <- chosen" : "");
}

report::Json number_or_null(double value) {
  return std::isfinite(value) ? report::Json(value) : report::Json();
}

report::Json json_of(const espresso::Accuracy& accuracy) {
  return {{"energy_meV_per_atom", number_or_null(accuracy.energy_mev_per_atom)},
          {"force_meV_per_A", number_or_null(accuracy.force_mev_per_a)},
          {"stress_GPa", number_or_null(accuracy.stress_gpa)}};
}

report::Json json_of(const espresso::Series& series) {
  report::Json trials = report::Json::array();
  for (const auto& trial : series.trials) {
    report::Json entry = {{"value", trial.value}, {"core_seconds", trial.core_seconds}};
    entry.update(json_of(trial.deviation));
    trials.push_back(std::move(entry));
  }
  const Shown name = shown(series.quantity);
  return {{"name", name.name},
          {"unit", name.unit},
          {"reference", series.reference},
          {"chosen", series.chosen},
          {"trials", trials}};
}

espresso::MeasuredSettings settings_of(const espresso::Convergence& found,
                                       const std::vector<core::Structure>& structures,
                                       const espresso::Accuracy& wanted) {
  const auto& p = found.chosen;
  std::set<std::string> systems;
  for (const auto& structure : structures) systems.insert(structure.formula());
  const bool mesh = found.series.back().quantity == "k_spacing";
  return {p.ecutwfc_ry,  p.ecutrho_ry,  mesh ? p.k_spacing : 0,
          p.occupations, p.smearing,    p.degauss_ry,
          wanted,        core::today(), {systems.begin(), systems.end()}};
}

void write_page(const std::string& file, const espresso::Convergence& found,
                const espresso::MeasuredSettings& settings, const espresso::Parameters& start) {
  report::Json series = report::Json::array(), facts;
  for (const auto& one : found.series) series.push_back(json_of(one));
  facts["cutoffs"] =
      fmt::format("{:g} Ry, density {:g} Ry (started from {:g} and {:g} Ry)", settings.ecutwfc_ry,
                  settings.ecutrho_ry, start.ecutwfc_ry, start.ecutrho_ry);
  if (settings.k_spacing > 0)
    facts["k-spacing"] =
        fmt::format("{:g} /Å (started from {:g} /Å)", settings.k_spacing, start.k_spacing);
  facts["systems"] = fmt::format("{}", fmt::join(settings.systems, ", "));
  for (const auto& [element, species] : start.species)
    facts[element] = fmt::format("{} (MD5 {})",
                                 std::filesystem::path(species.pseudopotential).filename().string(),
                                 species.checksum);
  core::write_atomically(
      file, report::render_convergence_html({{"title", "Convergence of cutoffs and k-points"},
                                             {"facts", facts},
                                             {"wanted", json_of(settings.wanted)},
                                             {"series", series}}));
}

int converge_settings(const ConvergeArguments& arguments) {
  const Interrupt interrupt;
  auto structures = read_structures(arguments.structures);
  const auto config = configuration_for(arguments, structures);
  if (structures.empty()) structures = pipeline::convergence_cells(config.generate);
  const int workers = arguments.workers > 0 ? arguments.workers : config.loop.workers;
  const KeptLabels labels(arguments, structures, workers, interrupt.token());
  const auto found = espresso::converge(
      config.dft, structures, arguments.wanted,
      [&](const espresso::Parameters& parameters) { return labels.label(parameters); });
  const auto settings = settings_of(found, structures, arguments.wanted);
  for (const auto& series : found.series) print_series(series);
  write_page(arguments.out, found, settings, config.dft);
  fmt::print("\necutwfc {:g} Ry, ecutrho {:g} Ry", settings.ecutwfc_ry, settings.ecutrho_ry);
  if (settings.k_spacing > 0) fmt::print(", k-spacing {:g} /Å", settings.k_spacing);
  fmt::print("\n{}\n", arguments.out);
  if (arguments.keep)
    fmt::print("plans with these pseudopotentials use them from now on: {}\n",
               espresso::keep_settings(find_installation().measured_settings,
                                       espresso::checksums_of(config.dft), settings)
                   .string());
  return int(core::ExitCode::done);
}

}  // namespace

void add_converge(CLI::App& program, int& exit_code) {
  const auto arguments = std::make_shared<ConvergeArguments>();
  auto* command = program.add_subcommand(
      "converge", "measure which cutoffs and k-points a system needs; the same command goes on");
  command->add_option("STRUCTURES", arguments->structures,
                      "extended XYZ file (default: small crystals of the input's elements)");
  command->add_option("--input", arguments->input,
                      "input.yaml, or an edited plan (default: by the structures)");
  auto& wanted = arguments->wanted;
  command
      ->add_option("--energy", wanted.energy_mev_per_atom, "wanted error of differences, meV/atom")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--force", wanted.force_mev_per_a, "wanted error of a component, meV/Å")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--stress", wanted.stress_gpa, "wanted error of a component, GPa")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command
      ->add_option("--out", arguments->out,
                   "page with the curves; every outcome is kept beside it in OUT.ledger at once")
      ->capture_default_str();
  command->add_option("--scratch", arguments->scratch, "folder for pw.x")->capture_default_str();
  command->add_option("--workers", arguments->workers, "cores to work on (default: all)")
      ->check(CLI::PositiveNumber);
  command->add_flag("!--no-keep", arguments->keep, "do not let plans use what was found");
  command->callback([arguments, &exit_code] { exit_code = converge_settings(*arguments); });
}

}  // namespace mlip::app
