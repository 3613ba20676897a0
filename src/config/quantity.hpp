/// Numbers with units, as people write them: "1200 K", "2 h", "0.5 Å".
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace mlip::config {

/// A plain number; fails on anything else, on infinities and on what a double cannot hold.
[[nodiscard]] core::Result<double> parse_number(std::string_view text);

/// A plain number, or a number and a unit converted to `unit` (the field's; empty: none accepted).
/// Fails with a message that quotes the text, e.g. "'1200 GPa' is no temperature; expected K".
/// Factors: CODATA 2018 and the definitions of the units.
[[nodiscard]] core::Result<double> parse_quantity(std::string_view text, const std::string& unit);

/// Whether `unit` is one that quantities can be converted to.
[[nodiscard]] bool known_unit(const std::string& unit);

}  // namespace mlip::config
