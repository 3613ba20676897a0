#include "config/schema.hpp"

#include "config/json_text.hpp"

namespace mlip::config {

namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Node& node, const Shape& shape) {
  if (node.kind == Node::Kind::null) return nullptr;
  if (node.kind == Node::Kind::list) {
    Json list = Json::array();
    for (const Node& item : node.items) list.push_back(json_of(item, *shape.element));
    return list;
  }
  if (node.kind == Node::Kind::map) {
    Json map = Json::object();
    for (const Node& item : node.items) map[item.key] = json_of(item, *shape.element);
    return map;
  }
  if (shape.kind == Shape::Kind::text) return node.text;
  return Json::parse(node.text);
}

void type_of(Json& json, const Shape& shape, const char* name) {
  Json types = Json::array({name});
  if (!shape.unit.empty()) types.push_back("string");
  if (shape.optional) types.push_back("null");
  json["type"] = types.size() == 1 ? types[0] : types;
  if (shape.unit.empty()) return;
  json["unit"] = shape.unit;
  json["pattern"] = R"(^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*\D.*$)";
}

Json schema_json(const Shape& shape);

void structure(Json& json, const Shape& shape) {
  type_of(json, shape, "object");
  Json properties = Json::object(), required = Json::array();
  for (const Shape::Member& member : shape.members) {
    Json property{{"description", member.field.meaning}};
    property.update(schema_json(member.shape));
    const bool nested = member.shape.kind == Shape::Kind::structure;
    if (!member.field.required && !nested && member.standard.kind != Node::Kind::null)
      property["default"] = json_of(member.standard, member.shape);
    properties[member.field.key] = property;
    if (member.field.required) required.push_back(member.field.key);
  }
  json["properties"] = properties;
  if (!required.empty()) json["required"] = required;
  json["additionalProperties"] = false;
}

Json schema_json(const Shape& shape) {
  Json json = Json::object();
  switch (shape.kind) {
    case Shape::Kind::boolean:
      type_of(json, shape, "boolean");
      break;
    case Shape::Kind::integer:
      type_of(json, shape, "integer");
      break;
    case Shape::Kind::natural:
      type_of(json, shape, "integer");
      json["minimum"] = 0;
      break;
    case Shape::Kind::number:
      type_of(json, shape, "number");
      break;
    case Shape::Kind::text:
      if (shape.unit == json_unit) break;  // whatever the value is
      json["type"] = shape.optional ? Json::array({"string", "null"}) : Json("string");
      if (!shape.choices.empty()) json["enum"] = shape.choices;
      if (!shape.choices.empty() && shape.optional) json["enum"].push_back(nullptr);
      break;
    case Shape::Kind::list:
      json["type"] = "array";
      json["items"] = schema_json(*shape.element);
      break;
    case Shape::Kind::map:
      json["type"] = "object";
      json["additionalProperties"] = schema_json(*shape.element);
      break;
    case Shape::Kind::structure:
      structure(json, shape);
      break;
  }
  return json;
}

}  // namespace

Json schema_of(const Shape& shape, const std::string& title) {
  Json json{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", title}};
  json.update(schema_json(shape));
  return json;
}

}  // namespace mlip::config
