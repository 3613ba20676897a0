#include <fmt/format.h>

#include <fstream>
#include <memory>

#include "app/commands.hpp"
#include "app/display.hpp"
#include "app/input.hpp"
#include "app/interrupt.hpp"
#include "core/file.hpp"
#include "pipeline/session.hpp"

namespace mlip::app {

namespace {

struct RunArguments {
  std::string input, out;
  bool quiet = false;
};

void make_writable(const std::filesystem::path& folder) {
  core::make_folder(folder);
  if (std::ofstream(folder / "run.log", std::ios::app)) return;
  throw core::UserError(core::ExitCode::failed,
                        fmt::format("cannot write into '{}'", folder.string()),
                        "choose another place with --out");
}

int run(const RunArguments& arguments) {
  const Interrupt interrupt;
  const auto plan = read_plan(arguments.input);
  const std::filesystem::path folder = arguments.out.empty()
                                           ? std::filesystem::path("runs") / plan.config.name
                                           : std::filesystem::path(arguments.out);
  make_writable(folder);
  const auto display = make_display(folder / "run.log", arguments.quiet);
  const pipeline::RunFolder run_folder{folder};
  const auto reason =
      pipeline::run_session(plan.config, folder, pipeline::open_oracles(plan.config, run_folder),
                            interrupt.token(), display);
  fmt::print("{}\n{}\n", (folder / "potential.yace").string(), (folder / "report.html").string());
  return int(reason == pipeline::StopReason::wall_time ? core::ExitCode::budget
                                                       : core::ExitCode::done);
}

}  // namespace

void add_run(CLI::App& program, int& exit_code) {
  const auto arguments = std::make_shared<RunArguments>();
  auto* command = program.add_subcommand("run", "the whole loop; the same command again resumes");
  command->add_option("INPUT", arguments->input, "input.yaml, or an edited plan")->required();
  command->add_option("--out", arguments->out, "folder of the run (default: runs/NAME)");
  command->add_flag("--quiet", arguments->quiet, "log to run.log only");
  command->callback([arguments, &exit_code] { exit_code = run(*arguments); });
}

}  // namespace mlip::app
