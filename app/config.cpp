#include <fmt/format.h>

#include "app/commands.hpp"
#include "pipeline/plan.hpp"

namespace mlip::app {

void add_config(CLI::App& program, int&) {
  auto* command = program.add_subcommand("config", "what an input may say");
  command->require_subcommand(1);
  command->add_subcommand("schema", "JSON Schema of input.yaml, for editors")->callback([] {
    fmt::print("{}\n", pipeline::input_schema());
  });
  command->add_subcommand("reference", "every option as Markdown")->callback([] {
    fmt::print("{}\n", pipeline::options_reference());
  });
}

}  // namespace mlip::app
