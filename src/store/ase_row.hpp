/// One of our records as a row of ASE's tables, and back.
#pragma once

#include "store/database.hpp"
#include "store/sqlite.hpp"

namespace mlip::store {

/// Years since 2000, the time of ASE's rows.
[[nodiscard]] double ase_time();

/// Writes a new row; its id.
[[nodiscard]] std::int64_t insert_row(Sqlite& sqlite, const Record& record);

/// Rewrites the row of record.id; columns, key-value pairs and data of others stay.  False where
/// there is no such row.
[[nodiscard]] bool update_row(Sqlite& sqlite, const Record& record);

/// The columns `read_row` wants, in its order.
inline constexpr const char* row_columns =
    "id, numbers, positions, cell, pbc, energy, free_energy, forces, stress, magmoms, magmom, "
    "key_value_pairs, data";

/// Rows written by ASE are candidates, with labels where energy and forces are there.  Throws
/// core::UserError that names the row where its content makes no sense.
[[nodiscard]] Record read_row(const Sqlite& sqlite, const Statement& row);

/// Why a record cannot be stored; empty where it can.
[[nodiscard]] std::string why_not_storable(const Record& record);

}  // namespace mlip::store
