#include "config/node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace mlip::config {

namespace {

bool looks_like_number(const std::string& text) {
  double number = 0;
  const auto end = text.data() + text.size();
  return std::from_chars(text.data() + (text[0] == '+' ? 1 : 0), end, number).ptr == end;
}

/// Whether any YAML reader takes the bare text for this very text.
bool plain_is_safe(const std::string& text) {
  if (text.empty() || text.front() == '-' || looks_like_number(text)) return false;
  const auto harmless = [](unsigned char c) {
    return std::isalnum(c) || c >= 0x80 || c == '_' || c == '/' || c == '.' || c == '-' || c == '+';
  };
  if (!std::all_of(text.begin(), text.end(), harmless)) return false;
  std::string lower = text;
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  constexpr std::array words = {"null", "true", "false", "yes",  "no",  "on",
                                "off",  "y",    "n",     ".inf", ".nan"};
  return std::find(words.begin(), words.end(), lower) == words.end();
}

std::string in_quotes(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += {'\\', c};
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      result += c;
    }
  }
  return result + '"';
}

std::string text_of(const std::string& text, bool quoted) {
  return quoted && !plain_is_safe(text) ? in_quotes(text) : text;
}

}  // namespace

const Node* Node::find(std::string_view name) const {
  if (kind != Kind::map) return nullptr;
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const Node& item) { return item.key == name; });
  return found == items.end() ? nullptr : &*found;
}

const Node* Node::find_path(std::string_view path) const {
  const Node* node = this;
  while (node != nullptr && !path.empty()) {
    const auto dot = path.find('.');
    node = node->find(path.substr(0, dot));
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return node;
}

Node Node::scalar(std::string text, bool quoted) {
  Node node;
  node.kind = Kind::scalar;
  node.text = std::move(text);
  node.quoted = quoted;
  return node;
}

std::string flow_text(const Node& node) {
  if (node.kind == Node::Kind::null) return "null";
  if (node.kind == Node::Kind::scalar) return text_of(node.text, node.quoted);
  std::string inner;
  for (const Node& item : node.items) {
    if (!inner.empty()) inner += ", ";
    if (node.kind == Node::Kind::map) inner += text_of(item.key, true) + ": ";
    inner += flow_text(item);
  }
  return node.kind == Node::Kind::list ? '[' + inner + ']' : '{' + inner + '}';
}

}  // namespace mlip::config
