/// Child processes: argv, never a shell; own process group; time limit, TERM then KILL; output to
/// files.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace mlip::exec {

struct Command {
  std::vector<std::string> argv;                          ///< argv[0] is looked up in PATH
  std::filesystem::path folder;                           ///< working folder
  std::map<std::string, std::string> environment;         ///< added to (or replacing in) ours
  std::filesystem::path standard_input;                   ///< in `folder`; empty: /dev/null
  std::filesystem::path standard_output, standard_error;  ///< in `folder`; empty: /dev/null
  double time_limit_seconds = 0;                          ///< 0: none
  double grace_seconds = 5;                               ///< between TERM and KILL
};

struct Completion {
  enum class End { exited, signaled, timed_out, stopped, not_started };
  End end = End::not_started;
  int code = 0;        ///< exit status, signal number, or errno where not started
  double seconds = 0;  ///< wall time
  double cpu_seconds = 0;
};

/// How it ended, in a few words: "signal 9".
[[nodiscard]] std::string in_words(const Completion& completion);

/// Blocks until the child ended.  The child dies with us, even when we are killed (PDEATHSIG).
[[nodiscard]] Completion run(const Command& command, std::stop_token stop = {});

/// Absolute path of a program in PATH (or of a path with a slash), if it can be executed.
[[nodiscard]] std::optional<std::filesystem::path> find_program(const std::string& name);

}  // namespace mlip::exec
