#include "pipeline/plan.hpp"

#include <fmt/format.h>

#include <memory>

#include "app/commands.hpp"
#include "app/input.hpp"

namespace mlip::app {

void add_plan(CLI::App& program, int&) {
  const auto input = std::make_shared<std::string>();
  auto* command = program.add_subcommand(
      "plan", "every value of a run with the reason it was chosen; an edited copy can be run");
  command->add_option("INPUT", *input, "input.yaml, or an edited plan")->required();
  command->callback([input] { fmt::print("{}", pipeline::render_plan(read_plan(*input))); });
}

}  // namespace mlip::app
