/// The JSON Schema (draft 2020-12) of a described struct: editors complete and check inputs with
/// it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "config/shape.hpp"

namespace mlip::config {

[[nodiscard]] nlohmann::ordered_json schema_of(const Shape& shape, const std::string& title);

template <class T>
[[nodiscard]] nlohmann::ordered_json schema(const std::string& title, const T& defaults = {}) {
  return schema_of(shape_of(defaults), title);
}

}  // namespace mlip::config
