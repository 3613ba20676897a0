/// A tree as JSON.
#pragma once

#include <string>

#include "config/node.hpp"

namespace mlip::config {

/// The unit of a text field that takes any value: lists, blocks and `null` as their JSON, a single
/// value as it is written.
inline constexpr const char* json_unit = "JSON";

/// One line.  A scalar without quotes that is JSON stays that, any other becomes a string.
[[nodiscard]] std::string json_text(const Node& node);

}  // namespace mlip::config
