#include <memory>

#include "app/candidate_file.hpp"
#include "app/commands.hpp"
#include "app/input.hpp"
#include "pipeline/seed_candidates.hpp"

namespace mlip::app {

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
  command->callback([arguments, command] {
    if (!command->get_subcommands().empty()) return;
    if (arguments->input.empty()) throw CLI::RequiredError("INPUT");
    const auto config = read_plan(arguments->input).config;
    write_candidates(arguments->out, pipeline::seed_candidates(config), {});
  });
}

}  // namespace mlip::app
