#include "ace/yaml_node.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "core/error.hpp"
#include "core/file.hpp"

namespace mlip::ace {

namespace {

constexpr int deepest_list = 4;

template <class Number>
bool parse(const std::string& text, Number& value) {
  const char* first = text.data() + (text.starts_with('+') ? 1 : 0);
  const auto [end, error] = std::from_chars(first, text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

YamlNode::YamlNode(const YAML::Node& node, std::string name, std::string file, int line)
    : node_(node), name_(std::move(name)), file_(std::move(file)), line_(line) {}

YamlNode YamlNode::load(const std::filesystem::path& file) {
  const std::string content = core::read_file(file);
  try {
    return {YAML::Load(content), "", file.string(), 1};
  } catch (const YAML::Exception& error) {
    throw core::bad_input(file.string(), error.mark.is_null() ? 1 : error.mark.line + 1,
                          fmt::format("no valid yaml: {}", error.msg),
                          "write the potential again or take a fresh copy");
  }
}

void YamlNode::fail(const std::string& message, const std::string& remedy) const {
  throw core::bad_input(file_, line_,
                        name_.empty() ? message : fmt::format("'{}' {}", name_, message), remedy);
}

YamlNode YamlNode::child(const YAML::Node& node, const std::string& name) const {
  const YAML::Mark mark = node.IsDefined() ? node.Mark() : YAML::Mark::null_mark();
  return {node, name, file_, mark.is_null() ? line_ : mark.line + 1};
}

bool YamlNode::has(const std::string& key) const {
  return node_.IsMap() && node_[key].IsDefined() && !node_[key].IsNull();
}

YamlNode YamlNode::at(const std::string& key) const {
  if (!node_.IsMap()) fail("is no map");
  if (!has(key)) fail(fmt::format("has no key '{}'", key), fmt::format("add '{}'", key));
  return child(node_[key], key);
}

YamlNode YamlNode::at(int index) const {
  return at(std::to_string(index));
}

std::vector<YamlNode> YamlNode::list() const {
  if (!node_.IsSequence() && !node_.IsNull()) fail("is no list");
  std::vector<YamlNode> items;
  for (const YAML::Node& each : node_) items.push_back(child(each, name_));
  return items;
}

std::vector<std::pair<YamlNode, YamlNode>> YamlNode::entries() const {
  if (!node_.IsMap() && !node_.IsNull()) fail("is no map");
  std::vector<std::pair<YamlNode, YamlNode>> items;
  for (const auto& each : node_)
    items.emplace_back(child(each.first, name_), child(each.second, name_));
  return items;
}

std::string YamlNode::text() const {
  if (!node_.IsScalar()) fail("is no text");
  return node_.Scalar();
}

double YamlNode::number() const {
  double value = 0;
  if (!node_.IsScalar() || !parse(node_.Scalar(), value))
    fail(node_.IsScalar() ? fmt::format("is '{}', no number", node_.Scalar()) : "is no number");
  if (!std::isfinite(value)) fail(fmt::format("is '{}', not finite", node_.Scalar()));
  return value;
}

int YamlNode::integer(int low, int high) const {
  const double value = number();
  if (value != std::floor(value) || value < low || value > high)
    fail(fmt::format("is '{}', no integer from {} to {}", node_.Scalar(), low, high));
  return static_cast<int>(value);
}

double YamlNode::number_or(const std::string& key, double missing) const {
  return has(key) ? at(key).number() : missing;
}

void YamlNode::flatten(const YAML::Node& node, int depth, std::vector<double>& out) const {
  if (depth > deepest_list) fail("is nested too deeply");
  if (!node.IsSequence()) return out.push_back(child(node, name_).number());
  for (const YAML::Node& each : node) flatten(each, depth + 1, out);
}

std::vector<double> YamlNode::numbers() const {
  std::vector<double> out;
  flatten(node_, 0, out);
  return out;
}

std::vector<int> YamlNode::integers(int low, int high) const {
  if (!node_.IsSequence()) return {integer(low, high)};
  std::vector<int> out;
  for (const YamlNode& each : list()) out.push_back(each.integer(low, high));
  return out;
}

}  // namespace mlip::ace
