/// The options engine: one `describe(visitor)` a struct gives the strict reader, the JSON Schema, the Markdown
/// reference and the resolved dump.  It knows no option.
///
/// A struct takes part by a member template
///   template <class Visitor> void describe(Visitor& visit) {
///     visit.field("key", member, "unit", "what it is");            // scalars, strings, vectors, maps, std::optional, nested structs
///     visit.required("key", member, "unit", "what it is");
///   }
#pragma once

// Written by the owner of this module; see docs/architecture.md.
