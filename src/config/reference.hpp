/// The Markdown reference of a described struct: one table a block of keys.
#pragma once

#include <string>

#include "config/shape.hpp"

namespace mlip::config {

/// `title` heads the outermost table; blocks inside are headed by their dotted key.
[[nodiscard]] std::string reference_of(const Shape& shape, const std::string& title);

template <class T>
[[nodiscard]] std::string reference(const std::string& title, const T& defaults = {}) {
  return reference_of(shape_of(defaults), title);
}

}  // namespace mlip::config
