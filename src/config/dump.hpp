/// The resolved dump: YAML that reads back to the same values, bit by bit.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/node.hpp"
#include "config/write.hpp"

namespace mlip::config {

/// Why a value is what it is, by dotted key ("dft.ecutwfc_ry").
using Reasons = std::map<std::string, std::string>;

/// Block YAML; a value's reason follows it as a comment.
[[nodiscard]] std::string print(const Node& node, const Reasons& reasons = {});

/// Dotted keys of all values of a tree that stand on a line of their own.
[[nodiscard]] std::vector<std::string> leaf_paths(const Node& node);

template <class T>
[[nodiscard]] std::string dump(const T& value, const Reasons& reasons = {}) {
  return print(to_node(value), reasons);
}

template <class T>
[[nodiscard]] std::vector<std::string> leaf_paths_of(const T& value) {
  return leaf_paths(to_node(value));
}

}  // namespace mlip::config
