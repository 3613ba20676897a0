#include "config/reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "config/json_text.hpp"
#include "config/nearest.hpp"
#include "config/quantity.hpp"

namespace mlip::config {

namespace {

const char* kind_name(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::scalar:
      return "a single value";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "a block of keys";
  }
  return "nothing";
}

std::string shown(const Node& node) {
  constexpr std::size_t longest = 60;
  if (node.kind != Node::Kind::scalar) return kind_name(node.kind);
  if (node.text.size() <= longest) return fmt::format("'{}'", node.text);
  return fmt::format("'{}...'", node.text.substr(0, longest));
}

std::string prefixed(const std::string& path, const std::string& message) {
  return path.empty() ? message : fmt::format("{}: {}", path, message);
}

std::string block(const std::string& path) {
  return path.empty() ? "the file" : fmt::format("'{}'", path);
}

/// A whole number of type Integer; none where the text is not one or does not fit.
template <class Integer>
std::optional<Integer> whole(const Place& place) {
  Integer value{};
  const std::string& text = place.node.text;
  const auto end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc() && stop == end) return value;
  if (place.field.unit.empty()) return std::nullopt;
  const auto quantity = parse_quantity(text, place.field.unit);
  if (!quantity || std::abs(quantity.value()) > 1e9) return std::nullopt;
  const double rounded = std::round(quantity.value());
  if (std::abs(rounded - quantity.value()) > 1e-9 || rounded < 0) return std::nullopt;
  return static_cast<Integer>(rounded);
}

}  // namespace

void Checks::add(const std::string& key, const std::string& message) {
  const Node* node = &node_;
  for (std::size_t start = 0; node != nullptr && start <= key.size();) {
    const auto dot = std::min(key.find('.', start), key.size());
    const Node* next = node->find(key.substr(start, dot - start));
    if (next == nullptr) break;
    node = next;
    start = dot + 1;
  }
  problems_.add(node->line, prefixed(path_.empty() ? key : path_ + '.' + key, message));
}

std::string Reader::child(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + '.' + key;
}

bool Reader::demanded(const Field& field) const {
  return demand_ == Demand::everything || (demand_ == Demand::required && field.required);
}

bool Reader::expect(const Place& place, Node::Kind kind) {
  if (place.node.kind == kind) return true;
  // An empty file is a block without keys: it is told what is missing.
  if (kind == Node::Kind::map && place.path.empty() && place.node.kind == Node::Kind::null)
    return true;
  wrong(place, fmt::format("expected {}, got {}", kind_name(kind), shown(place.node)));
  return false;
}

void Reader::wrong(const Place& place, const std::string& message) {
  problems_.add(place.node.line, prefixed(place.path, message));
}

void Reader::missing(const Place& place, const Field& field) {
  problems_.add(place.node.line, fmt::format("missing key '{}' in {}: {}", field.key,
                                             block(place.path), field.meaning));
}

void Reader::check_repeated(const Place& place) {
  std::set<std::string> seen;
  for (const Node& item : place.node.items)
    if (!seen.insert(item.key).second)
      problems_.add(item.line,
                    fmt::format("key '{}' stands twice in {}", item.key, block(place.path)));
}

void Reader::check_keys(const Place& place, const std::vector<std::string>& valid) {
  check_repeated(place);
  for (const Node& item : place.node.items)
    if (std::find(valid.begin(), valid.end(), item.key) == valid.end())
      problems_.add(item.line, fmt::format("unknown key '{}' in {}{}", item.key, block(place.path),
                                           suggestion(item.key, valid)));
}

void Reader::read_scalar(const Place& place, bool& target) {
  const bool is_true = place.node.text == "true";
  if (place.node.kind != Node::Kind::scalar || place.node.quoted ||
      (!is_true && place.node.text != "false"))
    return wrong(place, fmt::format("expected true or false, got {}", shown(place.node)));
  target = is_true;
}

void Reader::read_scalar(const Place& place, int& target) {
  if (place.node.kind == Node::Kind::scalar)
    if (const auto value = whole<int>(place)) return void(target = *value);
  wrong(place, fmt::format("expected a whole number, got {}", shown(place.node)));
}

void Reader::read_scalar(const Place& place, long& target) {
  if (place.node.kind == Node::Kind::scalar)
    if (const auto value = whole<long>(place)) return void(target = *value);
  wrong(place, fmt::format("expected a whole number, got {}", shown(place.node)));
}

void Reader::read_scalar(const Place& place, std::uint64_t& target) {
  if (place.node.kind == Node::Kind::scalar)
    if (const auto value = whole<std::uint64_t>(place)) return void(target = *value);
  wrong(place,
        fmt::format("expected a whole number that is not negative, got {}", shown(place.node)));
}

void Reader::read_scalar(const Place& place, double& target) {
  if (place.node.kind != Node::Kind::scalar)
    return wrong(place, fmt::format("expected a number, got {}", shown(place.node)));
  const auto value = parse_quantity(place.node.text, place.field.unit);
  if (!value) return wrong(place, value.reason());
  target = value.value();
}

void Reader::read_scalar(const Place& place, std::string& target) {
  if (place.field.unit == json_unit && place.node.kind != Node::Kind::scalar)
    return void(target = json_text(place.node));
  if (place.node.kind != Node::Kind::scalar)
    return wrong(place, fmt::format("expected text, got {}", shown(place.node)));
  const auto& choices = place.field.choices;
  if (!choices.empty() &&
      std::find(choices.begin(), choices.end(), place.node.text) == choices.end())
    return wrong(
        place, fmt::format("{} is none of {}{}", shown(place.node), fmt::join(choices, ", "), [&] {
          const auto near = nearest_name(place.node.text, choices);
          return near ? fmt::format("; did you mean '{}'?", *near) : "";
        }()));
  target = place.node.text;
}

}  // namespace mlip::config
