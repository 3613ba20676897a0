/// How a struct says what its fields are: one `describe`, from which everything else is made.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace mlip::config {

/// What is known of a field besides its type.
struct Field {
  std::string key;
  std::string unit;     ///< of its numbers; empty: none
  std::string meaning;  ///< what it is, in a few words
  bool required = false;
  std::vector<std::string> choices;  ///< the only texts accepted; empty: any
};

/// Where `describe` of a struct is found: its own member, or a specialisation for a struct of
/// another room that has none.
template <class T>
struct Description {
  template <class Visitor>
  static void describe(T& value, Visitor& visit) requires requires {
    value.describe(visit);
  }
  { value.describe(visit); }
};

/// What `describe` is given: calls `action(field, member)` for each.
template <class Action>
class FieldVisitor {
 public:
  explicit FieldVisitor(Action& action) : action_(action) {}

  template <class Member>
  void field(const char* key, Member& member, const char* unit, const char* meaning) {
    action_(Field{key, unit, meaning, false, {}}, member);
  }
  template <class Member>
  void required(const char* key, Member& member, const char* unit, const char* meaning) {
    action_(Field{key, unit, meaning, true, {}}, member);
  }
  /// A text that is one of `choices`.
  template <class Member>
  void choice(const char* key, Member& member, std::vector<std::string> choices,
              const char* meaning) {
    action_(Field{key, "", meaning, false, std::move(choices)}, member);
  }

 private:
  Action& action_;
};

/// Tells nothing; finds out which types are described.
struct DescriptionProbe {
  template <class Member>
  void field(const char*, Member&, const char*, const char*) {}
  template <class Member>
  void required(const char*, Member&, const char*, const char*) {}
  template <class Member>
  void choice(const char*, Member&, const std::vector<std::string>&, const char*) {}
};

template <class T>
concept Described = requires(T& value, DescriptionProbe& probe) {
  Description<T>::describe(value, probe);
};

template <class T>
struct TypeTraits {
  static constexpr bool optional = false, list = false, map = false;
};
template <class T>
struct TypeTraits<std::optional<T>> : TypeTraits<void> {
  static constexpr bool optional = true;
};
template <class T>
struct TypeTraits<std::vector<T>> : TypeTraits<void> {
  static constexpr bool list = true;
};
template <class T>
struct TypeTraits<std::map<std::string, T>> : TypeTraits<void> {
  static constexpr bool map = true;
};
template <class T>
inline constexpr bool is_optional = TypeTraits<T>::optional;
template <class T>
inline constexpr bool is_list = TypeTraits<T>::list;
template <class T>
inline constexpr bool is_map = TypeTraits<T>::map;
/// Overrides<Struct>: some fields of another struct, kept as they stand in the file.
template <class T>
concept IsOverrides = requires {
  typename T::Overridden;
};

/// Calls `action(const Field&, Member&)` for every field, in the order of the description.
template <Described T, class Action>
void for_each_field(T& value, Action&& action) {
  FieldVisitor<std::remove_reference_t<Action>> visitor(action);
  Description<T>::describe(value, visitor);
}

}  // namespace mlip::config
