#include "config/write.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/error.hpp"

namespace mlip::config {

Node to_node(bool value) {
  return Node::scalar(value ? "true" : "false");
}
Node to_node(int value) {
  return Node::scalar(fmt::format("{}", value));
}
Node to_node(long value) {
  return Node::scalar(fmt::format("{}", value));
}
Node to_node(std::uint64_t value) {
  return Node::scalar(fmt::format("{}", value));
}

Node to_node(double value) {
  MLIP_ASSERT(std::isfinite(value));
  std::string text = fmt::format("{}", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return Node::scalar(text);
}

Node to_node(const std::string& value) {
  return Node::scalar(value, true);
}

}  // namespace mlip::config
