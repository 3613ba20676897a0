/// Where the moments of a calculation begin.
#pragma once

#include <map>
#include <string>

namespace mlip::dft {

/// Only the lowest energy that it leads to counts, not the start.
struct MagneticStart {
  std::string name = {};               ///< as recorded in core::Attempt; empty: no remedy
  std::map<int, double> moments = {};  ///< μ_B an atom, by atomic number; none: the oracle's own
  bool alternating = false;            ///< every second atom of an element points down

  bool operator==(const MagneticStart&) const = default;
};

/// As one line of JSON, with all digits; empty for the oracle's own start.
[[nodiscard]] std::string text_of(const MagneticStart& start);

/// The reverse; throws nlohmann::json::exception where the text is none of text_of.
[[nodiscard]] MagneticStart magnetic_start_of(const std::string& text);

}  // namespace mlip::dft
