/// Oracles as text, so that the same one can be made on another machine.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "dft/oracle.hpp"
#include "dft/scratch_folders.hpp"

namespace mlip::dft {

/// The oracle of a recipe that some Oracle::recipe() gave, for `workers` structures at once; works
/// in `scratch`.  Throws core::UserError where the recipe is none, and what the oracle's
/// constructor throws.
[[nodiscard]] std::shared_ptr<const Oracle> open_recipe(const std::string& recipe,
                                                        const ScratchFolders& scratch, int workers);

/// What `describe` is given: calls `action(key, member)` for each field.
template <class Action>
struct KeyVisitor {
  explicit KeyVisitor(Action what) : action(std::move(what)) {}
  Action action;
  template <class Member>
  void field(const char* key, Member& member, const char*, const char*) {
    action(key, member);
  }
  template <class Member>
  void required(const char* key, Member& member, const char*, const char*) {
    action(key, member);
  }
};

/// The fields of a described struct of plain values as a JSON object.
template <class T>
[[nodiscard]] nlohmann::ordered_json fields_to_json(T value) {
  auto object = nlohmann::ordered_json::object();
  KeyVisitor visitor([&](const char* key, const auto& member) { object[key] = member; });
  value.describe(visitor);
  return object;
}

/// The reverse; throws nlohmann::json::exception where a field is missing or of another type.
template <class T>
void fields_from_json(const nlohmann::ordered_json& json, T& value) {
  KeyVisitor visitor([&](const char* key, auto& member) { json.at(key).get_to(member); });
  value.describe(visitor);
}

}  // namespace mlip::dft
