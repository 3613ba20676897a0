#include "exec/queue_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <system_error>
#include <utility>

#include "core/error.hpp"
#include "core/file.hpp"

namespace mlip::exec {

namespace {
constexpr double command_seconds = 120;
}  // namespace

Printed run_command(std::vector<std::string> argv, const std::filesystem::path& folder,
                    const std::stop_token& stop) {
  core::make_folder(folder);
  const std::string name = argv.front();
  Command command;
  command.argv = std::move(argv);
  command.folder = folder;
  command.standard_output = name + ".out";
  command.standard_error = name + ".err";
  command.time_limit_seconds = command_seconds;
  command.environment = {{"LC_ALL", "C"}};
  Printed printed;
  printed.completion = run(command, stop);
  if (printed.completion.end == Completion::End::not_started)
    printed.errors = std::system_category().message(printed.completion.code);
  else
    printed.output = core::read_file(folder / command.standard_output),
    printed.errors = core::read_file(folder / command.standard_error);
  return printed;
}

std::string trimmed(std::string text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0)
    text.pop_back();
  std::ranges::replace(text, '\n', ' ');
  return text;
}

void need_programs(const std::vector<std::string>& programs, const std::string& option) {
  for (const std::string& program : programs)
    if (!find_program(program))
      throw core::UserError(
          core::ExitCode::missing_tool, fmt::format("'{}' is not found", program),
          fmt::format("start on a node from which jobs are submitted, or leave out {}", option));
}

}  // namespace mlip::exec
