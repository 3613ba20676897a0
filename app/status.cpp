#include "pipeline/status.hpp"

#include <fmt/format.h>

#include <memory>

#include "app/commands.hpp"

namespace mlip::app {

void add_status(CLI::App& program, int&) {
  struct StatusArguments {
    std::string folder;
    bool json = false;
  };
  const auto arguments = std::make_shared<StatusArguments>();
  auto* command = program.add_subcommand("status", "tell where a run stands");
  command->add_option("RUN", arguments->folder, "folder of the run")->required();
  command->add_flag("--json", arguments->json, "the same as JSON");
  command->callback([arguments] {
    const auto status = pipeline::status(arguments->folder);
    fmt::print("{}\n", arguments->json ? status.dump(2) : pipeline::render_status(status));
  });
}

}  // namespace mlip::app
