#include <fmt/format.h>

#include <memory>

#include "app/commands.hpp"
#include "app/input.hpp"
#include "app/interrupt.hpp"
#include "core/error.hpp"
#include "dft/espresso/espresso.hpp"
#include "io/extended_xyz.hpp"

namespace mlip::app {

namespace {

struct Arguments {
  std::string input, structures, out = "labelled.extxyz", scratch = "scratch";
};

int label(const Arguments& arguments) {
  const Interrupt interrupt;
  const auto config = read_plan(arguments.input).config;
  const dft::espresso::Espresso oracle(config.dft, arguments.scratch);
  auto frames = io::read_extended_xyz(arguments.structures);
  std::vector<dft::Job> jobs;
  for (std::size_t i = 0; i < frames.size(); ++i)
    jobs.push_back({frames[i].structure, fmt::format("frame_{}", i)});
  std::vector<io::Frame> labelled(frames.size());
  std::size_t failed = 0, finished = 0;
  dft::compute_batch(oracle, jobs, config.loop.workers, interrupt.token(),
                     [&](std::size_t i, const core::Outcome& outcome) {
                       ++finished;
                       if (outcome.accepted) {
                         labelled[i] = frames[i];
                         labelled[i].labels = outcome.labels;
                         labelled[i].info["level_of_theory"] = outcome.level_of_theory;
                       } else {
                         ++failed;
                       }
                       fmt::print(stderr, "{}/{} frame {}: {}\n", finished, jobs.size(), i,
                                  outcome.accepted ? "labelled" : "failed");
                     });
  std::erase_if(labelled, [](const io::Frame& frame) { return frame.structure.size() == 0; });
  io::write_extended_xyz(arguments.out, labelled);
  fmt::print("{} labelled, {} failed: {}\n", labelled.size(), failed, arguments.out);
  if (interrupt.token().stop_requested()) return int(core::ExitCode::interrupted);
  return int(failed == 0 ? core::ExitCode::done : core::ExitCode::failed);
}

}  // namespace

void add_label(CLI::App& program, int& exit_code) {
  const auto arguments = std::make_shared<Arguments>();
  auto* command = program.add_subcommand("label", "label structures with Quantum ESPRESSO");
  command->add_option("INPUT", arguments->input, "input.yaml, or an edited plan: how to label")
      ->required();
  command->add_option("STRUCTURES", arguments->structures, "extended XYZ file")->required();
  command->add_option("--out", arguments->out, "extended XYZ file")->capture_default_str();
  command->add_option("--scratch", arguments->scratch, "folder for pw.x")->capture_default_str();
  command->callback([arguments, &exit_code] { exit_code = label(*arguments); });
}

}  // namespace mlip::app
