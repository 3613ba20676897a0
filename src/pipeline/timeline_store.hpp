/// The timeline in the database.
#pragma once

#include <cstddef>

#include "pipeline/timeline.hpp"
#include "store/database.hpp"

namespace mlip::pipeline {

/// Writes what came after the first `stored` intervals, and all sessions.  Intervals are kept in
/// pieces, so that an event of a long run rewrites the last piece only.
void store_timeline(store::Database& database, const Timeline& timeline, std::size_t stored);

/// Empty where none was stored.
[[nodiscard]] Timeline load_timeline(const store::Database& database);

}  // namespace mlip::pipeline
