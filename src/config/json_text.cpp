#include "config/json_text.hpp"

#include <nlohmann/json.hpp>

namespace mlip::config {

namespace {

using Json = nlohmann::ordered_json;

Json json_of_node(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      break;
    case Node::Kind::scalar: {
      Json value =
          node.quoted ? Json(Json::value_t::discarded) : Json::parse(node.text, nullptr, false);
      return value.is_discarded() ? Json(node.text) : value;
    }
    case Node::Kind::list: {
      Json list = Json::array();
      for (const Node& item : node.items) list.push_back(json_of_node(item));
      return list;
    }
    case Node::Kind::map: {
      Json map = Json::object();
      for (const Node& item : node.items) map[item.key] = json_of_node(item);
      return map;
    }
  }
  return nullptr;
}

}  // namespace

std::string json_text(const Node& node) {
  return json_of_node(node).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace mlip::config
