/// Which stored row is the same structure: an index of fingerprints beside ASE's tables.
#pragma once

#include <optional>

#include "store/database.hpp"
#include "store/fingerprint.hpp"
#include "store/sqlite.hpp"

namespace mlip::store {

/// Id of a row with the same structure and force mask; rows with the label of another level of
/// theory do not count.
[[nodiscard]] std::optional<std::int64_t> find_duplicate(Sqlite& sqlite, const Record& record,
                                                         const Fingerprint& fingerprint);

/// Remembers the fingerprint of a row that is in the table.
void index_row(Sqlite& sqlite, const Record& record, const Fingerprint& fingerprint);

/// Brings the index up to date with rows that others wrote, changed or deleted.
void refresh_index(Sqlite& sqlite);

}  // namespace mlip::store
