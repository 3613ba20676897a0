#include "config/reference.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/json_text.hpp"

namespace mlip::config {

namespace {

std::string type_name(const Shape& shape, const std::string& path) {
  switch (shape.kind) {
    case Shape::Kind::boolean:
      return "true or false";
    case Shape::Kind::integer:
      return "whole number";
    case Shape::Kind::natural:
      return "whole number, not negative";
    case Shape::Kind::number:
      return "number";
    case Shape::Kind::text:
      if (shape.unit == json_unit) return "any value";
      return shape.choices.empty() ? "text" : fmt::format("`{}`", fmt::join(shape.choices, "`, `"));
    case Shape::Kind::list:
      return fmt::format("list of: {}", type_name(*shape.element, path));
    case Shape::Kind::map:
      return fmt::format("name → {}", type_name(*shape.element, path));
    case Shape::Kind::structure:
      return fmt::format("block `{}`", path);
  }
  return "";
}

std::string in_table(const std::string& text) {
  std::string result;
  for (const char c : text) result += c == '|' ? std::string("\\|") : std::string(1, c);
  return result;
}

std::string standard(const Shape::Member& member) {
  if (member.field.required) return "required";
  if (member.shape.kind == Shape::Kind::structure) return "";
  if (member.standard.kind == Node::Kind::null) return "";
  const std::string text = flow_text(member.standard);
  return text == "\"\"" || text == "[]" || text == "{}" ? "" : fmt::format("`{}`", text);
}

const Shape& innermost(const Shape& shape) {
  return shape.element == nullptr ? shape : innermost(*shape.element);
}

void table(const Shape& shape, const std::string& title, const std::string& path,
           std::string& text) {
  text += fmt::format("## {}\n\n| key | type | default | unit | meaning |\n|---|---|---|---|---|\n",
                      title);
  const auto child = [&](const Shape::Member& m) {
    return path.empty() ? m.field.key : path + '.' + m.field.key;
  };
  for (const Shape::Member& member : shape.members)
    text +=
        fmt::format("| `{}` | {} | {} | {} | {} |\n", member.field.key,
                    in_table(type_name(member.shape, child(member))), in_table(standard(member)),
                    member.field.unit, in_table(member.field.meaning));
  text += '\n';
  for (const Shape::Member& member : shape.members)
    if (const Shape& inner = innermost(member.shape); inner.kind == Shape::Kind::structure)
      table(inner, fmt::format("`{}`", child(member)), child(member), text);
}

}  // namespace

std::string reference_of(const Shape& shape, const std::string& title) {
  std::string text;
  table(shape, title, "", text);
  text.resize(text.find_last_not_of('\n') + 1);
  return text;
}

}  // namespace mlip::config
