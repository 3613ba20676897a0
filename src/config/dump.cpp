#include "config/dump.hpp"

#include <algorithm>

namespace mlip::config {

namespace {

bool is_leaf(const Node& node) {
  const bool nested = node.kind == Node::Kind::list || node.kind == Node::Kind::map;
  return !nested || node.flow || node.items.empty();
}

std::string child(const std::string& path, const Node& parent, std::size_t k) {
  if (parent.kind == Node::Kind::list) return path + '[' + std::to_string(k) + ']';
  return path.empty() ? parent.items[k].key : path + '.' + parent.items[k].key;
}

/// Comments hold no line break.
std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return text;
}

struct Printer {
  const Reasons& reasons;
  std::string text;

  void leaf(const Node& node, const std::string& path) {
    text += flow_text(node);
    if (const auto reason = reasons.find(path); reason != reasons.end())
      text += "  # " + one_line(reason->second);
    text += '\n';
  }

  /// The first line is already indented.
  void nested(const Node& node, const std::string& path, std::size_t indent) {
    for (std::size_t k = 0; k < node.items.size(); ++k) {
      const Node& item = node.items[k];
      const std::string item_path = child(path, node, k);
      if (k > 0) text.append(indent, ' ');
      const bool in_list = node.kind == Node::Kind::list;
      text += in_list ? "-" : flow_text(Node::scalar(item.key, true)) + ":";
      if (is_leaf(item)) {
        text += ' ';
        leaf(item, item_path);
      } else if (in_list) {
        text += ' ';
        nested(item, item_path, indent + 2);
      } else {
        text += '\n';
        text.append(indent + 2, ' ');
        nested(item, item_path, indent + 2);
      }
    }
  }
};

void collect(const Node& node, const std::string& path, std::vector<std::string>& paths) {
  if (is_leaf(node)) return paths.push_back(path);
  for (std::size_t k = 0; k < node.items.size(); ++k)
    collect(node.items[k], child(path, node, k), paths);
}

}  // namespace

std::string print(const Node& node, const Reasons& reasons) {
  Printer printer{reasons, ""};
  if (is_leaf(node)) {
    printer.leaf(node, "");
  } else {
    printer.nested(node, "", 0);
  }
  return printer.text;
}

std::vector<std::string> leaf_paths(const Node& node) {
  std::vector<std::string> paths;
  collect(node, "", paths);
  return paths;
}

}  // namespace mlip::config
