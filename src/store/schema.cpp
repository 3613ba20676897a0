#include "store/schema.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace mlip::store {

namespace {

using core::ExitCode;
using core::UserError;

constexpr const char* ase_tables = R"(
CREATE TABLE systems (
  id INTEGER PRIMARY KEY AUTOINCREMENT, unique_id TEXT UNIQUE, ctime REAL, mtime REAL, username TEXT,
  numbers BLOB, positions BLOB, cell BLOB, pbc INTEGER,
  initial_magmoms BLOB, initial_charges BLOB, masses BLOB, tags BLOB, momenta BLOB,
  constraints TEXT, calculator TEXT, calculator_parameters TEXT,
  energy REAL, free_energy REAL, forces BLOB, stress BLOB, dipole BLOB, magmoms BLOB, magmom REAL,
  charges BLOB, key_value_pairs TEXT, data BLOB,
  natoms INTEGER, fmax REAL, smax REAL, volume REAL, mass REAL, charge REAL);
CREATE TABLE species (Z INTEGER, n INTEGER, id INTEGER, FOREIGN KEY (id) REFERENCES systems(id));
CREATE TABLE keys (key TEXT, id INTEGER, FOREIGN KEY (id) REFERENCES systems(id));
CREATE TABLE text_key_values (
  key TEXT, value TEXT, id INTEGER, FOREIGN KEY (id) REFERENCES systems(id));
CREATE TABLE number_key_values (
  key TEXT, value REAL, id INTEGER, FOREIGN KEY (id) REFERENCES systems(id));
CREATE TABLE information (name TEXT, value TEXT);
INSERT INTO information VALUES ('version', '9');
CREATE INDEX unique_id_index ON systems(unique_id);
CREATE INDEX ctime_index ON systems(ctime);
CREATE INDEX username_index ON systems(username);
CREATE INDEX calculator_index ON systems(calculator);
CREATE INDEX species_index ON species(Z);
CREATE INDEX key_index ON keys(key);
CREATE INDEX text_index ON text_key_values(key);
CREATE INDEX number_index ON number_key_values(key);
)";

constexpr const char* our_tables = R"(
CREATE TABLE IF NOT EXISTS mlip_journal (
  sequence INTEGER PRIMARY KEY, step TEXT NOT NULL, input_hash TEXT NOT NULL, result TEXT NOT NULL,
  UNIQUE (step, input_hash));
CREATE TABLE IF NOT EXISTS mlip_versions (
  generation INTEGER PRIMARY KEY, hash TEXT, metrics TEXT, yace TEXT, yaml TEXT, asi TEXT);
CREATE TABLE IF NOT EXISTS mlip_properties (
  sequence INTEGER PRIMARY KEY, name TEXT, unit TEXT, value REAL, reference REAL, generation INTEGER,
  UNIQUE (name, generation));
CREATE INDEX IF NOT EXISTS mlip_species_id ON species (id);
CREATE INDEX IF NOT EXISTS mlip_keys_id ON keys (id);
CREATE INDEX IF NOT EXISTS mlip_text_id ON text_key_values (id);
CREATE INDEX IF NOT EXISTS mlip_number_id ON number_key_values (id);
CREATE INDEX IF NOT EXISTS mlip_text_value ON text_key_values (key, value, id);
CREATE TABLE IF NOT EXISTS mlip_documents (name TEXT PRIMARY KEY, json TEXT NOT NULL);
)";

// An index that can be made anew: it is, where this text, the number of the method in it, has
// changed.
constexpr const char* fingerprint_table = R"(CREATE TABLE mlip_fingerprints ( -- method 2
  id INTEGER PRIMARY KEY, mtime REAL, composition TEXT, mask TEXT,
  extreme_0 REAL, extreme_1 REAL, extreme_2 REAL, extreme_3 REAL, fingerprint BLOB))";

constexpr const char* fingerprint_index =
    R"(CREATE INDEX mlip_fingerprint_index ON mlip_fingerprints (
  composition, extreme_0, extreme_1, extreme_2, extreme_3))";

void make_fingerprint_table(Sqlite& sqlite) {
  if (sqlite.value("SELECT sql FROM sqlite_master WHERE name = 'mlip_fingerprints'") ==
      fingerprint_table)
    return;
  sqlite.execute("DROP TABLE IF EXISTS mlip_fingerprints");
  sqlite.execute(fingerprint_table);
  sqlite.execute(fingerprint_index);
}

}  // namespace

bool has_table(Sqlite& sqlite, const std::string& name) {
  Statement statement =
      sqlite.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?");
  return statement.bind(std::string_view(name)).step();
}

void require_schema(Sqlite& sqlite) {
  const std::string file = sqlite.file().string();
  if (!has_table(sqlite, "systems") || !has_table(sqlite, "information"))
    throw UserError(ExitCode::bad_input,
                    fmt::format("'{}' is a database, but not one of ASE", file),
                    "name another file; this one was left as it is");
  const std::string version =
      sqlite.value("SELECT value FROM information WHERE name = 'version'").value_or("none");
  if (version != "9")
    throw UserError(
        ExitCode::bad_input,
        fmt::format("'{}' is an ASE database of format '{}', not '9'", file, version),
        fmt::format("copy its rows into a new one: ase db '{}' --insert-into NEW.db", file));
}

void make_schema(Sqlite& sqlite) {
  const auto tables = sqlite.value("SELECT count(*) FROM sqlite_master");
  sqlite.begin();
  try {
    if (tables == "0") sqlite.execute(ase_tables);
    require_schema(sqlite);
    sqlite.execute(our_tables);
    make_fingerprint_table(sqlite);
  } catch (...) {
    sqlite.rollback();
    throw;
  }
  sqlite.commit();
}

}  // namespace mlip::store
