/// A command of a batch queue, and what it printed.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "exec/process.hpp"

namespace mlip::exec {

struct Printed {
  Completion completion;
  std::string output, errors;
  [[nodiscard]] bool succeeded() const {
    return completion.end == Completion::End::exited && completion.code == 0;
  }
};

/// Runs it for two minutes at most; `folder` is for what it prints.
[[nodiscard]] Printed run_command(std::vector<std::string> argv,
                                  const std::filesystem::path& folder, const std::stop_token& stop);

/// Of one line, without white space at its end.
[[nodiscard]] std::string trimmed(std::string text);

/// Throws core::UserError (missing_tool) where one of the programs is not found; `option` is the
/// one that asks for them.
void need_programs(const std::vector<std::string>& programs, const std::string& option);

}  // namespace mlip::exec
