/// Numbers as text: read whole or not at all, written in the shortest form that round-trips.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlip::io {

/// None unless the whole text is one number; accepts a leading plus, nan and inf.
[[nodiscard]] std::optional<double> parse_real(std::string_view text);

/// None unless the whole text is one integer that fits.
[[nodiscard]] std::optional<long> parse_integer(std::string_view text);

/// Shortest form that reads back to the same bits, always recognisable as a real: 5 becomes "5.0".
[[nodiscard]] std::string format_real(double value);

/// Words between any of the separators; no empty ones.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text,
                                                  std::string_view separators = " \t");

}  // namespace mlip::io
