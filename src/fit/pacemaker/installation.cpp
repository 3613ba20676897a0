#include "fit/pacemaker/installation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "exec/process.hpp"
#include "fit/pacemaker/python.hpp"

namespace mlip::fit::pacemaker {

namespace fs = std::filesystem;

namespace {

constexpr const char* remedy =
    "make a Python environment with pip: python-ace==0.4.0rc1 tensorflow-cpu==2.20.0 numpy==2.3.5 "
    "pandas==2.3.3 pyyaml sympy, then --no-deps tensorpotential==0.6.2.1, and name its python";

fs::path beside(const fs::path& python, const std::string& command) {
  if (const auto found = exec::find_program((python.parent_path() / command).string()))
    return *found;
  throw core::UserError(core::ExitCode::missing_tool,
                        fmt::format("there is no '{}' beside '{}'", command, python.string()),
                        remedy);
}

/// What could be imported, and what not.
core::Finding judge(const nlohmann::json& modules) {
  core::Finding finding;
  std::vector<std::string> missing, found;
  for (const auto& [name, version] : modules.items()) {
    if (version.contains("error"))
      missing.push_back(fmt::format("{} ({})", name, version["error"].get<std::string>()));
    else
      found.push_back(fmt::format("{} {}", name, version["version"].get<std::string>()));
  }
  if (modules.at("pyace").contains("version")) finding.version = modules["pyace"]["version"];
  finding.works = missing.empty();
  finding.detail = finding.works ? fmt::format("{}", fmt::join(found, ", "))
                                 : fmt::format("cannot import {}", fmt::join(missing, ", "));
  return finding;
}

}  // namespace

fs::path find_python(const std::string& python) {
  if (!python.empty()) {
    if (const auto found = exec::find_program(python)) return *found;
    throw core::UserError(core::ExitCode::missing_tool,
                          fmt::format("there is no interpreter '{}'", python), remedy);
  }
  if (const auto command = exec::find_program("pacemaker"))
    for (const char* name : {"python", "python3"})
      if (const auto found = exec::find_program((command->parent_path() / name).string()))
        return *found;
  if (const auto found = exec::find_program("python3")) return *found;
  throw core::UserError(core::ExitCode::missing_tool, "there is neither pacemaker nor python3",
                        remedy);
}

Installation find_installation(const std::string& python) {
  const fs::path interpreter = find_python(python);
  return {interpreter, beside(interpreter, "pacemaker"), beside(interpreter, "pace_activeset")};
}

core::Finding check(const std::string& python) {
  core::Finding finding;
  try {
    const Installation found = find_installation(python);
    finding = judge(nlohmann::json::parse(run_script(found.python, {"probe"}, 300)));
    if (!finding.works) finding.remedy = remedy;
  } catch (const core::UserError& error) {
    finding.detail = error.what();
    finding.remedy = error.remedy();
  }
  finding.name = "Pacemaker";
  return finding;
}

}  // namespace mlip::fit::pacemaker
