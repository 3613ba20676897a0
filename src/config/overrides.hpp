/// Some fields of a struct, given now and laid over its complete values later.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "config/dump.hpp"
#include "config/reader.hpp"

namespace mlip::config {

template <class Struct>
class Overrides {
 public:
  using Overridden = Struct;

  void keep(const Node& node, std::string file) {
    node_ = node;
    file_ = std::move(file);
  }
  [[nodiscard]] const Node& node() const { return node_; }
  [[nodiscard]] bool empty() const { return node_.items.empty(); }

  /// Changes the given fields of `target`; throws core::UserError with file and line where its
  /// checks then fail.
  void apply(Struct& target) const {
    if (empty()) return;
    Problems problems(file_);
    const Field top;
    Reader(problems, Demand::overrides).read(Place{node_, "", top}, target);
    problems.throw_any();
  }

  /// The tree given at a dotted key; null where none is.
  [[nodiscard]] const Node* find(std::string_view path) const {
    return empty() ? nullptr : node_.find_path(path);
  }

 private:
  Node node_;
  std::string file_;
};

}  // namespace mlip::config
