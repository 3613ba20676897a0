#include <fmt/format.h>

#include <memory>

#include "app/calculator.hpp"
#include "app/candidate_file.hpp"
#include "app/commands.hpp"
#include "app/interrupt.hpp"
#include "app/stages.hpp"
#include "core/error.hpp"
#include "core/units.hpp"
#include "generate/cells.hpp"
#include "generate/melt_quench.hpp"

namespace mlip::app {

namespace {

struct MeltArguments {
  std::string structure, model = "sevennet-0";
  CandidateOutput out = {"melt.extxyz"};
  int atoms = 64;
  double pressure_gpa = 0;
  generate::MeltOptions options;
};

int generate_melt(const MeltArguments& arguments) {
  const Interrupt interrupt;
  const auto crystal = read_structure(arguments.structure);
  if (crystal.size() == 0 || !crystal.cell.all_periodic())
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("'{}' is not periodic along all axes", arguments.structure),
                          "give a crystal");
  const auto model = open_calculator(arguments.model, 1);
  Stages stages;
  auto options = arguments.options;
  options.pressure = arguments.pressure_gpa / core::gpa_per_ev_per_a3;
  options.stop = interrupt.token();
  options.progress = [&](const std::string& stage, int done, int all) {
    stages.show(stage, std::size_t(done), std::size_t(all));
  };
  const auto found = generate::melt_and_quench(*model.calculator,
                                               generate::grown(crystal, arguments.atoms), options);
  stages.end();
  fmt::print("melting point {:.0f} K; ", found.melting_point);
  if (found.melted)
    fmt::print("molten at {:.0f} K\n", found.hottest);
  else
    fmt::print("NOT molten at {:.0f} K: use more steps\n", found.hottest);
  for (const auto& [stage, volume] : found.volume)
    fmt::print("{:<10} {:.3f} Å³/atom\n", stage, volume);
  write_candidates(arguments.out, found.candidates,
                   {{"model", model.name}, {"seed", static_cast<long>(options.seed)}});
  return int(interrupt.token().stop_requested() ? core::ExitCode::interrupted
                                                : core::ExitCode::done);
}

}  // namespace

void add_generate_melt(CLI::App& generate, int& exit_code) {
  const auto arguments = std::make_shared<MeltArguments>();
  auto& options = arguments->options;
  auto* command = generate.add_subcommand(
      "melt", "a liquid, what it cools through and a glass, by molecular dynamics");
  command->add_option("--structure", arguments->structure, "file with a crystal")->required();
  command->add_option("--model", arguments->model, model_meaning)->capture_default_str();
  command->add_option("--atoms", arguments->atoms, "at least: the crystal is repeated")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command
      ->add_option("--melting-point", options.melting_point,
                   "that the schedule is made from (K); 0: mean of the elements'")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--pressure", arguments->pressure_gpa, "GPa")->capture_default_str();
  command->add_option("--timestep", options.timestep_fs, "fs; 0: from the lightest atom")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--steps", options.steps, "of all stages")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--frames", options.frames, "of liquid, quench and glass each, at most")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--seed", options.seed, "of the random choices")->capture_default_str();
  add_output(*command, arguments->out);
  command->callback([arguments, &exit_code] { exit_code = generate_melt(*arguments); });
}

}  // namespace mlip::app
