#include <fmt/format.h>

#include <memory>

#include "app/commands.hpp"
#include "app/input.hpp"
#include "app/interrupt.hpp"
#include "core/error.hpp"
#include "explore/embedding.hpp"
#include "explore/molecular_dynamics.hpp"
#include "io/extended_xyz.hpp"

namespace mlip::app {

namespace {

struct ExploreArguments {
  std::string input, potential, structure, out = "walk";
  std::uint64_t seed = 1;
};

io::Frame to_frame(const core::Candidate& candidate) {
  io::Frame frame;
  frame.structure = candidate.structure;
  frame.info["config_type"] = candidate.config_type;
  frame.info["origin"] = candidate.origin;
  if (candidate.gamma) frame.info["gamma"] = *candidate.gamma;
  if (!candidate.force_mask.empty())
    frame.columns["force_mask"] = {'R', 1, candidate.force_mask, {}};
  return frame;
}

int explore_from(const ExploreArguments& arguments) {
  const Interrupt interrupt;
  const auto config = read_plan(arguments.input).config;
  const std::filesystem::path potential(arguments.potential), out(arguments.out);
  const auto start = arguments.structure.empty()
                         ? generate::ground_state(config.generate)
                         : io::read_extended_xyz(arguments.structure).at(0).structure;
  const auto walk =
      explore::run_walk(start, potential / "potential.yaml", potential / "potential.asi",
                        config.explore, arguments.seed, out, interrupt.token());
  std::vector<io::Frame> frames;
  for (const auto& excursion : walk.excursions)
    frames.push_back(to_frame(explore::embed(excursion, config.embedding, 0)));
  io::write_extended_xyz(out / "candidates.extxyz", frames);
  fmt::print("{} after {} steps, {} candidates in {}\n", walk.end, walk.steps_done, frames.size(),
             (out / "candidates.extxyz").string());
  if (walk.end == "interrupted") return int(core::ExitCode::interrupted);
  return int(walk.end.starts_with("crashed") ? core::ExitCode::failed : core::ExitCode::done);
}

}  // namespace

void add_explore(CLI::App& program, int& exit_code) {
  const auto arguments = std::make_shared<ExploreArguments>();
  auto* command =
      program.add_subcommand("explore", "one MD walk that watches the extrapolation grade");
  command
      ->add_option("INPUT", arguments->input,
                   "input.yaml, or an edited plan: temperatures, steps, thresholds")
      ->required();
  command
      ->add_option("POTENTIAL", arguments->potential,
                   "folder with potential.yaml and potential.asi")
      ->required();
  command->add_option("--structure", arguments->structure,
                      "extended XYZ file to start from (default: the ground state)");
  command->add_option("--seed", arguments->seed, "of the velocities")->capture_default_str();
  command->add_option("--out", arguments->out, "folder for the walk")->capture_default_str();
  command->callback([arguments, &exit_code] { exit_code = explore_from(*arguments); });
}

}  // namespace mlip::app
