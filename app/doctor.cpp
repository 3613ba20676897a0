#include "dft/espresso/doctor.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <memory>

#include "app/commands.hpp"
#include "app/input.hpp"
#include "core/error.hpp"
#include "dft/ase_oracle.hpp"
#include "dft/espresso/sssp_library.hpp"
#include "dft/vasp/doctor.hpp"
#include "explore/doctor.hpp"
#include "fit/pacemaker/installation.hpp"
#include "surrogate/sevennet_library.hpp"
#include "surrogate/torch_plugin.hpp"

namespace mlip::app {

namespace {

bool show(const core::Finding& finding) {
  fmt::print("{:<5} {:<18} {:<14} {}\n", finding.works ? "ok" : "FAIL", finding.name,
             finding.version, finding.detail);
  if (!finding.works && !finding.remedy.empty()) fmt::print("      remedy: {}\n", finding.remedy);
  return finding.works;
}

bool show_pseudopotentials(const pipeline::Plan& plan) {
  for (const auto& [symbol, species] : plan.config.dft.species)
    fmt::print("{:<5} {:<18} {:<14} {}\n", "ok", "pseudopotential " + symbol, species.functional,
               species.pseudopotential);
  return true;
}

/// Fetched where `fix` asks for it; its absence is no fault, since other files may do.
bool show_sssp(bool fix) {
  const auto folder = dft::espresso::sssp_folder();
  std::size_t files = dft::espresso::count_sssp(folder);
  if (files == 0 && fix) files = dft::espresso::fetch_sssp(folder);
  return show({"SSSP library", true, files > 0 ? "1.3.0" : "",
               files > 0 ? fmt::format("{} files in {}", files, folder.string())
                         : "not fetched: doctor --fix does",
               ""});
}

/// The same of the models of SevenNet.
bool show_sevennet(bool fix) {
  const auto folder = surrogate::sevennet_folder();
  std::size_t models = surrogate::count_sevennet(folder);
  if (models < surrogate::sevennet_names().size() && fix)
    models = surrogate::fetch_sevennet(folder);
  return show({"SevenNet models", true, models > 0 ? "0.13.0" : "",
               models > 0 ? fmt::format("{} files in {}", models, folder.string())
                          : "not fetched: doctor --fix does",
               ""});
}

core::Finding check_ase(const dft::AseParameters& parameters) {
  ase::AseOptions options;
  if (!parameters.python.empty())
    options.python = parameters.python;
  else
    options.python = ase::python_with_ase();
  options.calculator = parameters.calculator;
  options.arguments = dft::json_of(parameters.arguments);
  try {
    return {"ASE calculator", true, "",
            parameters.calculator + ", " + ase::AseWorker(options).versions(), ""};
  } catch (const core::UserError& error) {
    return {"ASE calculator", false, "", error.what(), error.remedy()};
  }
}

int examine(const std::string& input, bool fix) {
  bool works = show_sssp(fix);
  works = show_sevennet(fix) && works;
  works = show(surrogate::check_torch()) && works;
  pipeline::SystemConfig config;
  if (!input.empty()) {
    const auto plan = read_plan(input);
    config = plan.config;
    works = show_pseudopotentials(plan);
    if (config.training.engine == "pacemaker")
      works = show(fit::pacemaker::check(config.training.pacemaker.python)) && works;
  }
  if (config.vasp)
    for (const auto& finding : dft::vasp::check_vasp(*config.vasp)) works = show(finding) && works;
  else
    works = show(config.ase.calculator.empty() ? dft::espresso::check_pw(config.dft.pw_command)
                                               : check_ase(config.ase)) &&
            works;
  works = show(explore::check_lammps(std::filesystem::temp_directory_path() /
                                     fmt::format("mlip-doctor-{}", getpid()))) &&
          works;
  return int(works ? core::ExitCode::done : core::ExitCode::missing_tool);
}

}  // namespace

void add_doctor(CLI::App& program, int& exit_code) {
  const auto input = std::make_shared<std::string>();
  auto* command = program.add_subcommand(
      "doctor", "try every engine with a real tiny run; with an input, its pseudopotentials too");
  command->add_option("INPUT", *input, "input.yaml, or an edited plan");
  const auto fix = std::make_shared<bool>(false);
  command->add_flag("--fix", *fix,
                    "fetch what can be fetched: the SSSP pseudopotentials, the SevenNet models");
  command->callback([input, fix, &exit_code] { exit_code = examine(*input, *fix); });
}

}  // namespace mlip::app
