/// A value as a tree: what a dump prints, and the defaults that schema and reference tell.
#pragma once

#include <cstdint>
#include <string>

#include "config/description.hpp"
#include "config/node.hpp"

namespace mlip::config {

[[nodiscard]] Node to_node(bool value);
[[nodiscard]] Node to_node(int value);
[[nodiscard]] Node to_node(long value);
[[nodiscard]] Node to_node(std::uint64_t value);
/// The shortest digits that read back to the same bits; the value is finite (asserted).
[[nodiscard]] Node to_node(double value);
[[nodiscard]] Node to_node(const std::string& value);

/// Structs become blocks; lists and maps of simple values stand on one line.
template <class T>
[[nodiscard]] Node to_node(const T& value) {
  Node node;
  if constexpr (is_optional<T>) {
    if (value) node = to_node(*value);
  } else if constexpr (IsOverrides<T>) {
    node = value.node();
  } else if constexpr (Described<T>) {
    node.kind = Node::Kind::map;
    T copy = value;
    for_each_field(copy, [&](const Field& field, auto& member) {
      node.items.push_back(to_node(std::as_const(member)));
      node.items.back().key = field.key;
    });
  } else if constexpr (is_list<T>) {
    node.kind = Node::Kind::list;
    node.flow = !Described<typename T::value_type>;
    for (const typename T::value_type& item : value) node.items.push_back(to_node(item));
  } else {
    static_assert(is_map<T>, "a type that options cannot have");
    node.kind = Node::Kind::map;
    node.flow = !Described<typename T::mapped_type>;
    for (const auto& [key, item] : value) {
      node.items.push_back(to_node(item));
      node.items.back().key = key;
    }
  }
  return node;
}

}  // namespace mlip::config
