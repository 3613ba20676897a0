/// A value of a configuration file as a tree, with the lines it stands on; also what a dump prints.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/problems.hpp"

namespace mlip::config {

struct Node {
  enum class Kind { null, scalar, list, map };

  Kind kind = Kind::null;
  std::string key;          ///< where the parent is a map
  std::string text;         ///< of a scalar
  bool quoted = false;      ///< a scalar in quotes is text, whatever it looks like
  bool flow = false;        ///< printed on one line
  int line = 1;             ///< counts from 1; of the key where there is one
  std::vector<Node> items;  ///< of a list or map, in the order of the file; map keys may repeat

  /// The first entry of a map with this key; null where there is none.
  [[nodiscard]] const Node* find(std::string_view name) const;
  /// As `find`, for dotted keys ("dft.ecutwfc_ry") that lead deeper; "" is the node itself.
  [[nodiscard]] const Node* find_path(std::string_view path) const;
  [[nodiscard]] static Node scalar(std::string text, bool quoted = false);
};

/// Parses one YAML document.  Anchors, aliases, tags, keys that are no words, repeated keys, second
/// documents, nesting beyond 32 levels and files beyond 1 MiB are problems.  Throws core::UserError
/// at once where the text is no YAML.
[[nodiscard]] Node parse(std::string_view text, Problems& problems);

/// The node as one line of flow YAML, e.g. `[8, 6]` or `{Fe: 0.5}`.
[[nodiscard]] std::string flow_text(const Node& node);

}  // namespace mlip::config
