#include <fmt/format.h>

#include <memory>

#include "app/commands.hpp"
#include "app/input.hpp"
#include "app/interrupt.hpp"
#include "core/error.hpp"
#include "dft/espresso/cost.hpp"
#include "dft/espresso/espresso.hpp"
#include "dft/espresso/input.hpp"
#include "dft/ledger.hpp"
#include "io/extended_xyz.hpp"
#include "pipeline/executor.hpp"
#include "pipeline/timeline.hpp"

namespace mlip::app {

namespace {

struct LabelArguments {
  std::string structures, input, out = "labelled.extxyz", scratch = "scratch";
  int workers = 0;
  bool dry_run = false;
};

std::string duration(double seconds) {
  if (seconds < 120) return fmt::format("{:.0f} s", seconds);
  if (seconds < 7200) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

std::vector<core::Structure> structures_of(const std::vector<io::Frame>& frames,
                                           const std::string& file) {
  std::vector<core::Structure> structures;
  for (const io::Frame& frame : frames)
    if (frame.structure.size() > 0) structures.push_back(frame.structure);
  if (structures.size() < frames.size() || structures.empty())
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("'{}' holds {}", file,
                                      structures.empty() ? "no structure" : "an empty structure"),
                          "give structures with at least one atom each");
  return structures;
}

/// Inputs and what they will cost, without running anything.
int show(const std::vector<core::Structure>& structures, const pipeline::SystemConfig& config) {
  double total = 0;
  for (std::size_t i = 0; i < structures.size(); ++i) {
    const double seconds = dft::espresso::core_seconds(structures[i], config.dft);
    total += seconds;
    fmt::print("# frame {}: {}, about {} on a core\n{}\n", i, structures[i].formula(),
               duration(seconds),
               dft::espresso::write_input(dft::espresso::boxed(structures[i]), config.dft,
                                          dft::espresso::first_numerics(config.dft)));
  }
  fmt::print("# {} structures, about {:.3g} core hours, {} on {} cores\n", structures.size(),
             total / 3600, duration(total / config.loop.workers), config.loop.workers);
  return int(core::ExitCode::done);
}

/// A batch under way: what is known, what is left, and how long that will take.
class Batch {
 public:
  Batch(const std::vector<core::Structure>& structures, const dft::Oracle& oracle,
        dft::Ledger& ledger)
      : structures_(structures), oracle_(oracle), ledger_(ledger), outcomes_(structures.size()) {
    for (std::size_t i = 0; i < structures.size(); ++i) {
      outcomes_[i] = ledger.find(structures[i]);
      if (outcomes_[i]) continue;
      open_.push_back(i);
      cost_left_ += oracle.cost(structures[i]);
    }
  }

  void run(const dft::Executor& executor, std::stop_token stop) {
    if (open_.size() < structures_.size())
      fmt::print(stderr, "{} of {} structures are labelled or failed already\n",
                 structures_.size() - open_.size(), structures_.size());
    std::vector<dft::Job> jobs;
    for (const std::size_t i : open_) jobs.push_back({structures_[i], fmt::format("frame_{}", i)});
    executor.label(oracle_, jobs, std::move(stop),
                   [&](std::size_t k, const core::Outcome& outcome) { take(open_[k], outcome); });
  }

  [[nodiscard]] const std::vector<std::optional<core::Outcome>>& outcomes() const {
    return outcomes_;
  }

 private:
  void take(std::size_t i, const core::Outcome& outcome) {
    if (dft::interrupted(outcome)) return;
    ledger_.add(structures_[i], outcome);
    outcomes_[i] = outcome;
    const double cost = oracle_.cost(structures_[i]);
    cost_left_ -= cost;
    cost_done_ += cost;
    double seconds = 0;
    for (const auto& attempt : outcome.attempts) seconds += attempt.seconds;
    const double eta = (pipeline::now_seconds() - begin_) * cost_left_ / cost_done_;
    ++finished_;
    fmt::print(stderr, "{}/{} frame {} {}: {} in {}{}\n", finished_, open_.size(), i,
               structures_[i].formula(), verdict(outcome), duration(seconds),
               finished_ < open_.size() ? ", " + duration(eta) + " to go" : "");
  }

  static std::string verdict(const core::Outcome& outcome) {
    const auto& attempts = outcome.attempts;
    if (!outcome.accepted) return "failed, " + (attempts.empty() ? "" : attempts.back().fault);
    return attempts.size() > 1 ? "labelled, healed by " + attempts.back().remedy : "labelled";
  }

  const std::vector<core::Structure>& structures_;
  const dft::Oracle& oracle_;
  dft::Ledger& ledger_;
  std::vector<std::optional<core::Outcome>> outcomes_;
  std::vector<std::size_t> open_;
  std::size_t finished_ = 0;
  double cost_left_ = 0, cost_done_ = 0, begin_ = pipeline::now_seconds();
};

/// The frames that have labels, in their order.
std::vector<io::Frame> labelled(std::vector<io::Frame> frames,
                                const std::vector<std::optional<core::Outcome>>& outcomes) {
  std::vector<io::Frame> chosen;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (!outcomes[i] || !outcomes[i]->accepted) continue;
    frames[i].labels = outcomes[i]->labels;
    frames[i].info["level_of_theory"] = outcomes[i]->level_of_theory;
    chosen.push_back(std::move(frames[i]));
  }
  return chosen;
}

int label(const LabelArguments& arguments) {
  const Interrupt interrupt;
  auto frames = io::read_extended_xyz(arguments.structures);
  const auto structures = structures_of(frames, arguments.structures);
  auto config = arguments.input.empty()
                    ? pipeline::plan_labels_of(structures, find_installation()).config
                    : read_plan(arguments.input).config;
  if (arguments.workers > 0) config.loop.workers = arguments.workers;
  if (arguments.dry_run) return show(structures, config);
  const dft::espresso::Espresso oracle(config.dft, arguments.scratch);
  dft::Ledger ledger(arguments.out + ".ledger", oracle.level_of_theory());
  Batch batch(structures, oracle, ledger);
  const auto executor =
      pipeline::open_executor(config, {arguments.out + ".chunks", arguments.scratch},
                              [](const std::string& text) { fmt::print(stderr, "{}\n", text); });
  batch.run(*executor, interrupt.token());
  const auto written = labelled(std::move(frames), batch.outcomes());
  io::write_extended_xyz(arguments.out, written);
  const auto failed = std::ranges::count_if(
      batch.outcomes(), [](const auto& outcome) { return outcome && !outcome->accepted; });
  fmt::print("{} labelled, {} failed: {}\n", written.size(), failed, arguments.out);
  return int(interrupt.token().stop_requested() ? core::ExitCode::interrupted
                                                : core::ExitCode::done);
}

}  // namespace

void add_label(CLI::App& program, int& exit_code) {
  const auto arguments = std::make_shared<LabelArguments>();
  auto* command = program.add_subcommand(
      "label", "label structures with Quantum ESPRESSO; the same command again goes on");
  command->add_option("STRUCTURES", arguments->structures, "extended XYZ file")->required();
  command->add_option("--input", arguments->input,
                      "input.yaml, or an edited plan: how to label (default: by the structures)");
  command
      ->add_option("--out", arguments->out,
                   "extended XYZ file; every outcome is kept beside it in OUT.ledger at once")
      ->capture_default_str();
  command->add_option("--scratch", arguments->scratch, "folder for pw.x")->capture_default_str();
  command->add_option("--workers", arguments->workers, "structures at once (default: all cores)");
  command->add_flag("--dry-run", arguments->dry_run,
                    "print pw.x inputs and what they will cost; run nothing");
  command->callback([arguments, &exit_code] { exit_code = label(*arguments); });
}

}  // namespace mlip::app
