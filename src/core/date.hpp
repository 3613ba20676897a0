#pragma once

#include <string>

namespace mlip::core {

/// The day in UTC, as "2026-11-28".
[[nodiscard]] std::string today();

}  // namespace mlip::core
