#include <fmt/format.h>

#include <cstdio>

#include "app/commands.hpp"
#include "core/error.hpp"

namespace {

int parse(CLI::App& program, int argc, char** argv, int& exit_code) {
  try {
    program.parse(argc, argv);
    return exit_code;
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? 0 : int(mlip::core::ExitCode::bad_input);
  }
}

}  // namespace

int main(int argc, char** argv) {
  using namespace mlip;
  CLI::App program("Builds machine-learned interatomic potentials with no human in the loop.",
                   "mlip-auto");
  program.set_version_flag("--version", std::string("mlip-auto ") + MLIP_VERSION);
  program.require_subcommand(1);
  program.footer(
      "Exit codes: 0 done, 1 failed, 2 bad input, 3 missing tool, 4 stopped at its budget with a "
      "usable\n"
      "potential, 130 interrupted.");
  int exit_code = 0;
  for (const auto add :
       {app::add_init,      app::add_plan,      app::add_doctor,  app::add_converge,
        app::add_run,       app::add_status,    app::add_why,     app::add_report,
        app::add_generate,  app::add_gallery,   app::add_label,   app::add_fit,
        app::add_eval,      app::add_activeset, app::add_explore, app::add_validate,
        app::add_surrogate, app::add_select,    app::add_db,      app::add_convert,
        app::add_config,    app::add_chunk})
    add(program, exit_code);
  try {
    return parse(program, argc, argv, exit_code);
  } catch (const core::UserError& error) {
    fmt::print(stderr, "mlip-auto: {}\n", error.what());
    if (!error.remedy().empty()) fmt::print(stderr, "  remedy: {}\n", error.remedy());
    return int(error.code());
  } catch (const std::exception& error) {
    fmt::print(stderr, "mlip-auto: internal error: {}\n", error.what());
    return int(core::ExitCode::failed);
  }
}
