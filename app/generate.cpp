#include <fmt/format.h>

#include <memory>

#include "app/candidate_file.hpp"
#include "app/commands.hpp"
#include "app/input.hpp"
#include "app/interrupt.hpp"
#include "app/stages.hpp"
#include "core/error.hpp"
#include "core/parallel.hpp"
#include "pipeline/seed_candidates.hpp"

namespace mlip::app {

namespace {

int generate_seeds(const std::string& input, const CandidateOutput& out) {
  const Interrupt interrupt;
  Stages stages;
  generate::Modelling modelling;
  modelling.threads = core::thread_count(0);
  modelling.stop = interrupt.token();
  modelling.progress = [&](const std::string& stage, int done, int all) {
    stages.show(stage, std::size_t(done), std::size_t(all));
  };
  const auto seeds = pipeline::seed_candidates(read_plan(input).config, modelling);
  stages.end();
  for (const std::string& what : seeds.left_out) fmt::print(stderr, "left out: {}\n", what);
  write_candidates(out, seeds.candidates, {});
  return int(interrupt.token().stop_requested() ? core::ExitCode::interrupted
                                                : core::ExitCode::done);
}

}  // namespace

void add_generate(CLI::App& program, int& exit_code) {
  struct GenerateArguments {
    std::string input;
    CandidateOutput out = {"seeds.extxyz"};
  };
  const auto arguments = std::make_shared<GenerateArguments>();
  auto* command =
      program.add_subcommand("generate", "write the seed structures of an input, or of a kind");
  command->add_option("INPUT", arguments->input, "input.yaml, or an edited plan");
  add_output(*command, arguments->out);
  add_generate_crystals(*command, exit_code);
  add_generate_defects(*command);
  add_generate_displaced(*command);
  add_generate_melt(*command, exit_code);
  add_generate_molecules(*command);
  add_generate_planes(*command);
  add_generate_sqs(*command, exit_code);
  command->callback([arguments, command, &exit_code] {
    if (!command->get_subcommands().empty()) return;
    if (arguments->input.empty()) throw CLI::RequiredError("INPUT");
    exit_code = generate_seeds(arguments->input, arguments->out);
  });
}

}  // namespace mlip::app
