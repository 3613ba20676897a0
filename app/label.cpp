#include <fmt/format.h>

#include <memory>

#include "app/commands.hpp"
#include "app/frame_file.hpp"
#include "app/input.hpp"
#include "app/interrupt.hpp"
#include "app/label_preview.hpp"
#include "core/error.hpp"
#include "dft/forecast.hpp"
#include "dft/ledger.hpp"
#include "io/extended_xyz.hpp"
#include "pipeline/executor.hpp"
#include "pipeline/run.hpp"

namespace mlip::app {

namespace {

struct LabelArguments {
  std::string structures, input, out = "labelled.extxyz", scratch = "scratch";
  int workers = 0;
  bool dry_run = false;
};

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

/// A batch under way: what is known, what is left, and how long that will take.
class Batch {
 public:
  Batch(const std::vector<core::Structure>& structures, const dft::Oracle& oracle,
        dft::Ledger& ledger)
      : structures_(structures), oracle_(oracle), ledger_(ledger) {
    for (std::size_t i = 0; i < structures.size(); ++i)
      if (const auto outcome = ledger.find(structures[i]))
        learn(i, *outcome);
      else
        jobs_.push_back({structures[i], fmt::format("frame_{}", i)}), open_.push_back(i);
  }

  void run(const dft::Executor& executor, std::stop_token stop) {
    if (open_.size() < structures_.size())
      fmt::print(stderr, "{} of {} structures are labelled or failed already, in {} of work\n",
                 structures_.size() - open_.size(), structures_.size(), duration(spent_));
    executor.lay_out(oracle_, jobs_, stop);
    dft::Forecast forecast(oracle_, jobs_, executor.cores(), pipeline::now_seconds(), known_);
    executor.label(oracle_, jobs_, std::move(stop),
                   [&](std::size_t k, const core::Outcome& outcome) {
                     if (dft::interrupted(outcome)) return;
                     forecast.finish(k, dft::core_seconds_of(outcome), pipeline::now_seconds());
                     take(open_[k], outcome, forecast);
                   });
  }

 private:
  void learn(std::size_t i, const core::Outcome& outcome) {
    const double seconds = dft::core_seconds_of(outcome);
    spent_ += seconds;
    if (seconds > 0) known_.learn(oracle_.cost(structures_[i]), seconds);
  }

  void take(std::size_t i, const core::Outcome& outcome, dft::Forecast& forecast) {
    ledger_.add(structures_[i], outcome, fmt::format("frame_{}", i));
    std::string rest;
    if (++finished_ < open_.size())
      rest = fmt::format(", {} to go", duration(forecast.left(pipeline::now_seconds())));
    fmt::print(stderr, "{}/{} frame {} {}: {} in {}{}, {} of work so far\n", finished_,
               open_.size(), i, structures_[i].formula(), verdict(outcome),
               duration(dft::seconds_of(outcome)), rest, duration(spent_ + forecast.spent()));
  }

  static std::string verdict(const core::Outcome& outcome) {
    const auto& attempts = outcome.attempts;
    if (!outcome.accepted) return "failed, " + (attempts.empty() ? "" : attempts.back().fault);
    return attempts.size() > 1 ? "labelled, healed by " + attempts.back().remedy : "labelled";
  }

  const std::vector<core::Structure>& structures_;
  const dft::Oracle& oracle_;
  dft::Ledger& ledger_;
  dft::CostModel known_;
  std::vector<dft::Job> jobs_;
  std::vector<std::size_t> open_;  ///< the jobs' places among the structures
  std::size_t finished_ = 0;
  double spent_ = 0;  ///< s, before this session
};

/// Writes the frames that have labels, in their order, and tells how many have and failed.
void write_labelled(std::vector<io::Frame> frames, const dft::Ledger& ledger,
                    const std::string& file) {
  FrameFile out(file);
  std::size_t labelled = 0, failed = 0;
  for (io::Frame& frame : frames) {
    auto outcome = ledger.find(frame.structure);
    if (!outcome) continue;
    ++(outcome->accepted ? labelled : failed);
    if (!outcome->accepted) continue;
    frame.labels = std::move(outcome->labels);
    frame.info["level_of_theory"] = outcome->level_of_theory;
    out.write(frame);
  }
  out.finish();
  fmt::print("{} labelled, {} failed: {}\n", labelled, failed, file);
}

int label(const LabelArguments& arguments) {
  const Interrupt interrupt;
  auto frames = io::read_extended_xyz(arguments.structures);
  const auto structures = structures_of(frames, arguments.structures);
  auto config = arguments.input.empty()
                    ? pipeline::plan_labels_of(structures, find_installation()).config
                    : read_plan(arguments.input).config;
  if (arguments.workers > 0) config.loop.workers = arguments.workers;
  if (arguments.dry_run) {
    preview_labels(structures, config);
    return int(core::ExitCode::done);
  }
  const auto oracle = pipeline::open_oracle(config, arguments.scratch);
  const auto executor =
      pipeline::open_executor(config, {arguments.out + ".chunks", arguments.scratch},
                              [](const std::string& text) { fmt::print(stderr, "{}\n", text); });
  dft::Ledger ledger(arguments.out + ".ledger", oracle->level_of_theory());
  Batch(structures, *oracle, ledger).run(*executor, interrupt.token());
  write_labelled(std::move(frames), ledger, arguments.out);
  return int(interrupt.token().stop_requested() ? core::ExitCode::interrupted
                                                : core::ExitCode::done);
}

}  // namespace

void add_label(CLI::App& program, int& exit_code) {
  const auto arguments = std::make_shared<LabelArguments>();
  auto* command = program.add_subcommand("label",
                                         "label structures with Quantum ESPRESSO, VASP or an ASE "
                                         "calculator; the same command again goes on");
  command->add_option("STRUCTURES", arguments->structures, "extended XYZ file")->required();
  command->add_option("--input", arguments->input,
                      "input.yaml, or an edited plan: how to label (default: by the structures)");
  command
      ->add_option("--out", arguments->out,
                   "extended XYZ file; every outcome is kept beside it in OUT.ledger at once")
      ->capture_default_str();
  command->add_option("--scratch", arguments->scratch, "folder for pw.x or VASP")
      ->capture_default_str();
  command->add_option("--workers", arguments->workers, "cores to work on (default: all)");
  command->add_flag("--dry-run", arguments->dry_run,
                    "print the inputs of pw.x or VASP and what they will cost; run nothing");
  command->callback([arguments, &exit_code] { exit_code = label(*arguments); });
}

}  // namespace mlip::app
