/// The strict reader: a tree into a described struct, every problem told with its line.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "config/description.hpp"
#include "config/node.hpp"
#include "config/problems.hpp"

namespace mlip::config {

/// What a struct's `void check(Checks&) const` is given: says what is wrong with which of its keys.
class Checks {
 public:
  Checks(Problems& problems, const Node& node, std::string path)
      : problems_(problems), node_(node), path_(std::move(path)) {}
  /// `key` may lead deeper ("composition.Fe"); the line is that of the deepest part in the file.
  void add(const std::string& key, const std::string& message);

 private:
  Problems& problems_;
  const Node& node_;
  std::string path_;
};

/// How much of a struct a file must give.
enum class Demand {
  required,    ///< the keys described as required
  everything,  ///< every key
  overrides    ///< nothing: what is absent stays as it is
};

/// A value's place in the file.
struct Place {
  const Node& node;
  std::string path;    ///< dotted keys from the top; empty for the file itself
  const Field& field;  ///< whose unit and choices hold
};

class Reader {
 public:
  /// `checked`: the structs' own checks are called (where their fields could be read).
  Reader(Problems& problems, Demand demand, bool checked = true)
      : problems_(problems), demand_(demand), checked_(checked) {}

  /// Reads `place` into `target`; what is wrong becomes problems and leaves `target` as it was.
  template <class T>
  void read(const Place& place, T& target) {
    if constexpr (is_optional<T>) {
      if (place.node.kind == Node::Kind::null)
        target.reset();
      else
        read(place, target && demand_ == Demand::overrides ? *target : target.emplace());
    } else if constexpr (IsOverrides<T>) {
      read_overrides(place, target);
    } else if constexpr (Described<T>) {
      read_struct(place, target);
    } else if constexpr (is_list<T>) {
      read_list(place, target);
    } else if constexpr (is_map<T>) {
      read_map(place, target);
    } else {
      read_scalar(place, target);
    }
  }

 private:
  template <class T>
  void read_struct(const Place& place, T& target) {
    if (!expect(place, Node::Kind::map)) return;
    const std::size_t before = problems_.size();
    std::vector<std::string> keys;
    for_each_field(target, [&](const Field& field, auto& member) {
      keys.push_back(field.key);
      if (const Node* node = place.node.find(field.key)) {
        read(Place{*node, child(place.path, field.key), field}, member);
      } else if (demanded(field)) {
        missing(place, field);
      }
    });
    check_keys(place, keys);
    if constexpr (requires(const T& value, Checks& checks) { value.check(checks); }) {
      Checks checks(problems_, place.node, place.path);
      if (checked_ && problems_.size() == before) std::as_const(target).check(checks);
    }
  }

  template <class T>
  void read_list(const Place& place, T& target) {
    if (!expect(place, Node::Kind::list)) return;
    target.clear();
    for (std::size_t k = 0; k < place.node.items.size(); ++k) {
      typename T::value_type item{};
      read(Place{place.node.items[k], place.path + '[' + std::to_string(k) + ']', place.field},
           item);
      target.push_back(std::move(item));
    }
  }

  template <class T>
  void read_map(const Place& place, T& target) {
    if (!expect(place, Node::Kind::map)) return;
    check_repeated(place);
    if (!(demand_ == Demand::overrides && Described<typename T::mapped_type>)) target.clear();
    for (const Node& item : place.node.items)
      read(Place{item, child(place.path, item.key), place.field}, target[item.key]);
  }

  /// Reads into a struct of no use, so that problems are told with the file; keeps the tree.
  template <class T>
  void read_overrides(const Place& place, T& target) {
    typename T::Overridden scratch{};
    Reader(problems_, Demand::overrides, false).read(place, scratch);
    target.keep(place.node, problems_.file());
  }

  void read_scalar(const Place& place, bool& target);
  void read_scalar(const Place& place, int& target);
  void read_scalar(const Place& place, long& target);
  void read_scalar(const Place& place, std::uint64_t& target);
  void read_scalar(const Place& place, double& target);
  void read_scalar(const Place& place, std::string& target);

  [[nodiscard]] static std::string child(const std::string& path, const std::string& key);
  [[nodiscard]] bool demanded(const Field& field) const;
  bool expect(const Place& place, Node::Kind kind);
  void wrong(const Place& place, const std::string& message);
  void missing(const Place& place, const Field& field);
  void check_repeated(const Place& place);
  void check_keys(const Place& place, const std::vector<std::string>& valid);

  Problems& problems_;
  Demand demand_;
  bool checked_;
};

}  // namespace mlip::config
