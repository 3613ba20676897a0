/// The tables: those of an ASE database (format 9) and ours beside them.
#pragma once

#include "store/sqlite.hpp"

namespace mlip::store {

/// Makes what is missing; tables of others stay as they are.  Throws core::UserError for a database
/// that is neither empty nor ASE's, or in another format.
void make_schema(Sqlite& sqlite);

/// Throws core::UserError unless this is an ASE database in the format we read.
void require_schema(Sqlite& sqlite);

[[nodiscard]] bool has_table(Sqlite& sqlite, const std::string& name);

}  // namespace mlip::store
