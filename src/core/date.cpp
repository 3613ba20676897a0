#include "core/date.hpp"

#include <fmt/chrono.h>

#include <ctime>

namespace mlip::core {

std::string today() {
  return fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr)));
}

}  // namespace mlip::core
