/// The key=value line of extended XYZ, with the quoting and typing rules of ASE.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "io/extended_xyz.hpp"

namespace mlip::io {

/// All pairs of a line; a key without value is true, of equal keys the last counts.
/// Fails with a reason when a quote or bracket is never closed or a value has no key.
[[nodiscard]] core::Result<std::map<std::string, Value>> parse_comment_line(std::string_view line);

/// `key=value`, quoted where needed, so that it reads back as the same key and Value.
[[nodiscard]] std::string format_pair(const std::string& key, const Value& value);

}  // namespace mlip::io
