#include "fit/pacemaker/python.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <deque>
#include <fstream>

#include "core/error.hpp"
#include "core/file.hpp"
#include "exec/process.hpp"

namespace mlip::fit::pacemaker {

namespace fs = std::filesystem;

ScratchFolder::ScratchFolder() {
  std::string name = (fs::temp_directory_path() / "mlip-pacemaker-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    throw core::UserError(core::ExitCode::failed, fmt::format("cannot make the folder '{}'", name),
                          "set TMPDIR to a folder that can be written");
  path_ = name;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string run_script(const fs::path& python, const std::vector<std::string>& arguments,
                       double time_limit_seconds) {
  const ScratchFolder scratch;
  exec::Command command;
  command.argv = {python.string(), "-B", "-W", "ignore", "-c", std::string(script())};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  command.folder = fs::current_path();
  command.standard_output = scratch.path() / "output";
  command.standard_error = scratch.path() / "errors";
  command.environment = {{"TF_CPP_MIN_LOG_LEVEL", "3"}, {"CUDA_VISIBLE_DEVICES", "-1"}};
  command.time_limit_seconds = time_limit_seconds;
  const exec::Completion done = exec::run(command);
  if (done.end == exec::Completion::End::exited && done.code == 0)
    return core::read_file(command.standard_output);
  const std::string words = last_lines(command.standard_error, 1);
  if (words.find("ModuleNotFoundError") != std::string::npos)
    throw core::UserError(
        core::ExitCode::missing_tool,
        fmt::format("'{}' cannot read data sets of Pacemaker: {}", python.string(), words),
        "name a Python with numpy, pandas and ase");
  throw core::UserError(
      core::ExitCode::failed,
      fmt::format("'{}' failed at '{}': {}", python.string(), fmt::join(arguments, " "),
                  done.end == exec::Completion::End::timed_out ? "out of time" : words));
}

std::string last_lines(const fs::path& file, std::size_t count) {
  std::ifstream in(file);
  std::deque<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    if (line.find_first_not_of(" \t\r-") == std::string::npos) continue;
    lines.push_back(line);
    if (lines.size() > count) lines.pop_front();
  }
  return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace mlip::fit::pacemaker
