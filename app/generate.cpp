#include "generate/generate.hpp"

#include <fmt/format.h>

#include <memory>

#include "app/commands.hpp"
#include "app/input.hpp"
#include "io/extended_xyz.hpp"

namespace mlip::app {

void add_generate(CLI::App& program, int& exit_code) {
  struct GenerateArguments {
    std::string input, out = "seeds.extxyz";
  };
  const auto arguments = std::make_shared<GenerateArguments>();
  auto* command =
      program.add_subcommand("generate", "write the seed structures of an input, or of a kind");
  command->add_option("INPUT", arguments->input, "input.yaml, or an edited plan");
  command->add_option("--out", arguments->out, "extended XYZ file")->capture_default_str();
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
    std::vector<io::Frame> frames;
    for (const auto& candidate : generate::generate(read_plan(arguments->input).config.generate)) {
      io::Frame frame;
      frame.structure = candidate.structure;
      frame.info["config_type"] = candidate.config_type;
      frame.info["origin"] = candidate.origin;
      frames.push_back(std::move(frame));
    }
    io::write_extended_xyz(arguments->out, frames);
    fmt::print("{} structures in {}\n", frames.size(), arguments->out);
  });
}

}  // namespace mlip::app
