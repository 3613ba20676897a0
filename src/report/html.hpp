/// Text that is safe in a page, and numbers as people read them.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace mlip::report {

using Json = nlohmann::ordered_json;

/// For element content and quoted attributes.  Bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string escape(std::string_view text);

/// A finite number under the key of an object; none for anything else.
[[nodiscard]] std::optional<double> number(const Json& object, const char* key);
/// Text under the key of an object, other scalars as JSON; empty for anything else.
[[nodiscard]] std::string text(const Json& object, const char* key);
/// The value under the key of an object; null where there is none.
[[nodiscard]] const Json& child(const Json& object, const char* key);

/// Three significant digits: "0.0123", "4.05", "1230"; "–" for none.
[[nodiscard]] std::string short_number(std::optional<double> value, int digits = 3);
/// Without trailing zeros: "5", "0.25", "131"; "–" for none.
[[nodiscard]] std::string plain_number(std::optional<double> value);
/// "45 s", "12 min", "1 h 52 min".
[[nodiscard]] std::string duration(std::optional<double> seconds);

}  // namespace mlip::report
