#include "report/html.hpp"

#include <fmt/format.h>

#include <cmath>

namespace mlip::report {

namespace {

/// Length of the UTF-8 sequence at the start of `text`; 0 where there is none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t length = byte(0) < 0x80                       ? 1
                             : byte(0) >= 0xc2 && byte(0) < 0xe0  ? 2
                             : byte(0) >= 0xe0 && byte(0) < 0xf0  ? 3
                             : byte(0) >= 0xf0 && byte(0) <= 0xf4 ? 4
                                                                  : 0;
  if (length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  return length;
}

std::string escape_character(std::string_view sequence) {
  switch (sequence[0]) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      break;
  }
  const auto byte = static_cast<unsigned char>(sequence[0]);
  const bool control = (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f;
  return control ? "\xef\xbf\xbd" : std::string(sequence);
}

}  // namespace

std::string escape(std::string_view text) {
  std::string safe;
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    safe += length == 0 ? "\xef\xbf\xbd" : escape_character(text.substr(0, length));
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return safe;
}

const Json& child(const Json& object, const char* key) {
  static const Json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(key);
  return found == object.end() ? nothing : *found;
}

std::optional<double> number(const Json& object, const char* key) {
  const Json& value = child(object, key);
  if (!value.is_number() || !std::isfinite(value.get<double>())) return std::nullopt;
  return value.get<double>();
}

std::string text(const Json& object, const char* key) {
  const Json& value = child(object, key);
  if (value.is_string()) return value.get<std::string>();
  return value.is_primitive() && !value.is_null() ? value.dump() : "";
}

std::string short_number(std::optional<double> value, int digits) {
  if (!value || !std::isfinite(*value)) return "–";
  if (*value == 0) return "0";
  const int exponent = static_cast<int>(std::floor(std::log10(std::abs(*value))));
  if (exponent < -3 || exponent > 6) return fmt::format("{:.{}g}", *value, digits);
  return fmt::format("{:.{}f}", *value, std::max(0, digits - 1 - exponent));
}

std::string plain_number(std::optional<double> value) {
  return value && std::isfinite(*value) ? fmt::format("{:.6g}", *value) : "–";
}

std::string duration(std::optional<double> seconds) {
  if (!seconds) return "–";
  if (*seconds < 10) return fmt::format("{:.1f} s", *seconds);
  if (*seconds < 120) return fmt::format("{:.0f} s", *seconds);
  const long minutes = std::lround(*seconds / 60);
  if (minutes < 120) return fmt::format("{} min", minutes);
  return fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

}  // namespace mlip::report
