#include "core/error.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

namespace mlip::core {

UserError bad_input(const std::string& file, int line, const std::string& message,
                    std::string remedy) {
  return {ExitCode::bad_input, fmt::format("{}:{}: {}", file, line, message), std::move(remedy)};
}

void broken_promise(const char* condition, const char* file, int line) {
  std::fputs(
      fmt::format("{}:{}: internal error: '{}' does not hold\n", file, line, condition).c_str(),
      stderr);
  std::abort();
}

}  // namespace mlip::core
