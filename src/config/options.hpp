/// The options engine: one `describe(visitor)` a struct gives the strict reader, the JSON Schema,
/// the Markdown reference and the resolved dump.  It knows no option.
///
/// A struct takes part by a member template
///   template <class Visitor> void describe(Visitor& visit) {
///     visit.field("key", member, "unit", "what it is");
///     visit.required("key", member, "unit", "what it is");
///     visit.choice("key", text, {"this", "that"}, "what it is");
///   }
/// or, where it belongs to another room, by a specialisation of config::Description.  Members are
/// bool, int, long, std::uint64_t, double, std::string, described structs, and std::optional,
/// std::vector and std::map<std::string, …> of them.  A number whose unit is not empty is also
/// accepted as text with any unit of its dimension ("2 h").  A struct with
/// `void check(config::Checks&) const` is asked once its fields are read.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "config/dump.hpp"
#include "config/node.hpp"
#include "config/overrides.hpp"
#include "config/problems.hpp"
#include "config/reader.hpp"
#include "config/reference.hpp"
#include "config/schema.hpp"
#include "core/file.hpp"

namespace mlip::config {

/// Reads a parsed document over `defaults`; throws core::UserError with all of its problems.
template <class T>
[[nodiscard]] T read_node(const Node& root, Problems& problems, T defaults = {},
                          Demand demand = Demand::required) {
  const Field top;
  Reader(problems, demand).read(Place{root, "", top}, defaults);
  problems.throw_any();
  return defaults;
}

/// `name` stands before the line numbers of problems.
template <class T>
[[nodiscard]] T read_text(std::string_view text, const std::string& name, T defaults = {},
                          Demand demand = Demand::required) {
  Problems problems(name);
  const Node root = parse(text, problems);
  return read_node(root, problems, std::move(defaults), demand);
}

/// Throws core::UserError also where the file cannot be read.
template <class T>
[[nodiscard]] T read_file(const std::filesystem::path& file, T defaults = {},
                          Demand demand = Demand::required) {
  return read_text(core::read_file(file), file.string(), std::move(defaults), demand);
}

}  // namespace mlip::config
