/// An expected outcome: a value, or the text that says why there is none.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "core/error.hpp"

namespace mlip::core {

struct Failure {
  std::string reason;
};

template <class Value>
class [[nodiscard]] Result {
 public:
  Result(Value value) : content_(std::move(value)) {}        // NOLINT(google-explicit-constructor)
  Result(Failure failure) : content_(std::move(failure)) {}  // NOLINT(google-explicit-constructor)
  explicit operator bool() const { return content_.index() == 0; }
  /// Precondition: the result holds a value.
  [[nodiscard]] const Value& value() const {
    MLIP_ASSERT(content_.index() == 0);
    return std::get<0>(content_);
  }
  [[nodiscard]] Value& value() {
    MLIP_ASSERT(content_.index() == 0);
    return std::get<0>(content_);
  }
  /// Precondition: the result holds a failure.
  [[nodiscard]] const std::string& reason() const {
    MLIP_ASSERT(content_.index() == 1);
    return std::get<1>(content_).reason;
  }

 private:
  std::variant<Value, Failure> content_;
};

}  // namespace mlip::core
