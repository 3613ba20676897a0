/// What a described struct accepts, without a value: the source of schema and reference.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "config/description.hpp"
#include "config/write.hpp"

namespace mlip::config {

struct Shape {
  enum class Kind { boolean, integer, natural, number, text, list, map, structure };
  struct Member;

  Kind kind = Kind::text;
  bool optional = false;  ///< null is accepted
  std::string unit;
  std::vector<std::string> choices;
  std::vector<Member> members;           ///< of a structure
  std::shared_ptr<const Shape> element;  ///< of a list or map
};

struct Shape::Member {
  Field field;
  Shape shape;
  Node standard;  ///< value where the key is absent
};

/// Requires nothing any more and tells no defaults, at any depth: of fields laid over others.
void leave_open(Shape& shape);

/// `value` holds the defaults.
template <class T>
[[nodiscard]] Shape shape_of(const T& value, const Field& field = {}) {
  Shape shape;
  shape.unit = field.unit;
  shape.choices = field.choices;
  if constexpr (is_optional<T>) {
    shape = shape_of(typename T::value_type{}, field);
    shape.optional = true;
  } else if constexpr (IsOverrides<T>) {
    shape = shape_of(typename T::Overridden{}, field);
    leave_open(shape);
  } else if constexpr (Described<T>) {
    shape.kind = Shape::Kind::structure;
    T copy = value;
    for_each_field(copy, [&](const Field& of, auto& member) {
      shape.members.push_back(
          {of, shape_of(std::as_const(member), of), to_node(std::as_const(member))});
    });
  } else if constexpr (is_list<T>) {
    shape.kind = Shape::Kind::list;
    shape.element = std::make_shared<Shape>(shape_of(typename T::value_type{}, field));
  } else if constexpr (is_map<T>) {
    shape.kind = Shape::Kind::map;
    shape.element = std::make_shared<Shape>(shape_of(typename T::mapped_type{}, field));
  } else if constexpr (std::is_same_v<T, bool>) {
    shape.kind = Shape::Kind::boolean;
  } else if constexpr (std::is_same_v<T, std::uint64_t>) {
    shape.kind = Shape::Kind::natural;
  } else if constexpr (std::is_integral_v<T>) {
    shape.kind = Shape::Kind::integer;
  } else if constexpr (std::is_floating_point_v<T>) {
    shape.kind = Shape::Kind::number;
  }
  return shape;
}

}  // namespace mlip::config
