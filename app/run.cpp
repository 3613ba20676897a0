#include <fmt/format.h>

#include <fstream>
#include <memory>

#include "app/commands.hpp"
#include "app/demo.hpp"
#include "app/display.hpp"
#include "app/input.hpp"
#include "app/interrupt.hpp"
#include "core/file.hpp"
#include "pipeline/session.hpp"

namespace mlip::app {

namespace {

struct RunArguments {
  std::string input, out;
  bool demo = false, quiet = false;
};

/// What is to be run: of the demo, its own input in the folder that is named in the place of one.
RunArguments settled(RunArguments arguments) {
  if (arguments.demo) {
    const std::filesystem::path folder = arguments.input.empty() ? "demo" : arguments.input;
    arguments.input = write_demo(folder).string();
    if (arguments.out.empty()) arguments.out = (folder / "run").string();
  }
  if (arguments.input.empty())
    throw core::UserError(core::ExitCode::bad_input, "no input is named",
                          "mlip-auto run input.yaml; or, without DFT: mlip-auto run --demo");
  return arguments;
}

void make_writable(const std::filesystem::path& folder) {
  core::make_folder(folder);
  if (std::ofstream(folder / "run.log", std::ios::app)) return;
  throw core::UserError(core::ExitCode::failed,
                        fmt::format("cannot write into '{}'", folder.string()),
                        "choose another place with --out");
}

int run(const RunArguments& given) {
  const Interrupt interrupt;
  const RunArguments arguments = settled(given);
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
  if (arguments.demo) fmt::print("to go on, edit {0} and: mlip-auto run {0}\n", arguments.input);
  return int(reason == pipeline::StopReason::wall_time ? core::ExitCode::budget
                                                       : core::ExitCode::done);
}

}  // namespace

void add_run(CLI::App& program, int& exit_code) {
  const auto arguments = std::make_shared<RunArguments>();
  auto* command = program.add_subcommand("run", "the whole loop; the same command again resumes");
  command->add_option(
      "INPUT", arguments->input,
      "input.yaml, or an edited plan; with --demo the folder to use (default: demo)");
  command->add_flag(
      "--demo", arguments->demo,
      "the whole loop in a minute and without DFT, into a folder with its input.yaml");
  command->add_option("--out", arguments->out, "folder of the run (default: runs/NAME)");
  command->add_flag("--quiet", arguments->quiet, "log to run.log only");
  command->callback([arguments, &exit_code] { exit_code = run(*arguments); });
}

}  // namespace mlip::app
