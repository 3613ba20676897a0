/// ASE's `data` column and key-value text as JSON, keeping what others have put there.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace mlip::store {

/// ASE's key-value text; Python's NaN and infinities become texts that `to_python` turns back.
/// Throws nlohmann::json::parse_error.
[[nodiscard]] nlohmann::ordered_json from_python(std::string_view text);
[[nodiscard]] std::string to_python(const nlohmann::ordered_json& json);

/// The `data` of a row: an object, and the raw arrays that an object written by ASE may refer to by
/// their offsets.
struct RowData {
  nlohmann::ordered_json object = nlohmann::ordered_json::object();
  std::string arrays;    ///< bytes between the offset word and the JSON
  bool is_text = false;  ///< stored as JSON text rather than as bytes

  /// Throws nlohmann::json::exception or std::out_of_range where the bytes are damaged.
  [[nodiscard]] static RowData decode(std::string_view bytes, bool is_text);
  [[nodiscard]] std::string encode() const;
};

/// False for texts that ASE refuses or would filter as numbers: anything Python's int() or float()
/// takes, True, False.
[[nodiscard]] bool is_plain_text(std::string_view value);

}  // namespace mlip::store
