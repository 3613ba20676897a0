#include "exec/workplace.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <sstream>
#include <system_error>

#include "core/file.hpp"
#include "exec/process.hpp"

namespace mlip::exec {

namespace {

namespace fs = std::filesystem;

std::string last_line(const std::string& text) {
  std::istringstream stream(text);
  std::string last;
  for (std::string line; std::getline(stream, line);)
    if (line.find_first_not_of(" \t\n\v\f\r") != std::string::npos) last = line;
  return last;
}

}  // namespace

Workplace::Workplace(const fs::path& target)
    : path_(target.string() + fmt::format(".{}", getpid())) {
  fs::remove_all(path_);
  core::make_folder(path_);
}

Workplace::~Workplace() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::optional<std::string> Workplace::complaint(
    const std::vector<std::string>& argv, const std::string& title,
    const std::map<std::string, std::string>& environment) const {
  Command command;
  command.argv = argv;
  command.folder = path_;
  command.environment = environment;
  command.standard_output = "output.txt";
  command.standard_error = "errors.txt";
  command.time_limit_seconds = 900;
  const Completion done = run(command);
  if (done.end == Completion::End::not_started)
    return fmt::format("{} does not start: {}", argv.front(),
                       std::system_category().message(done.code));
  if (done.end != Completion::End::exited || done.code != 0)
    return fmt::format("{}: {}", title, last_line(core::read_file(path_ / "errors.txt")));
  return {};
}

}  // namespace mlip::exec
