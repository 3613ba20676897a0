/// The one exception of the project: what the user or the machine did wrong, with where and the
/// remedy.
#pragma once

#include <stdexcept>
#include <string>

namespace mlip::core {

/// Values are the documented exit codes of mlip-auto.
enum class ExitCode : int {
  done = 0,
  failed = 1,
  bad_input = 2,
  missing_tool = 3,
  budget = 4,
  interrupted = 130
};

/// Thrown deep, caught once in app/.  `what()` is lower case, has no final stop, quotes values.
class UserError : public std::runtime_error {
 public:
  /// `remedy` is what the user can do about it, shown on a line of its own; may be empty.
  UserError(ExitCode code, const std::string& message, std::string remedy = "")
      : std::runtime_error(message), code_(code), remedy_(std::move(remedy)) {}
  [[nodiscard]] ExitCode code() const { return code_; }
  [[nodiscard]] const std::string& remedy() const { return remedy_; }

 private:
  ExitCode code_;
  std::string remedy_;
};

/// `UserError` with `file:line: ` before the message.
[[nodiscard]] UserError bad_input(const std::string& file, int line, const std::string& message,
                                  std::string remedy = "");

/// Ends the process with a message when a promise of the program itself is broken; on in release
/// too.
[[noreturn]] void broken_promise(const char* condition, const char* file, int line);

}  // namespace mlip::core

#define MLIP_ASSERT(condition) \
  ((condition) ? void(0) : ::mlip::core::broken_promise(#condition, __FILE__, __LINE__))
