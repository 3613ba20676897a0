#include "store/database.hpp"

#include <fmt/format.h>

#include "store/ase_row.hpp"
#include "store/duplicates.hpp"
#include "store/schema.hpp"
#include "store/sqlite.hpp"
#include "store/write_lock.hpp"

namespace mlip::store {

namespace {

using core::ExitCode;
using core::UserError;

// Rows that others wrote have no state: candidates.
constexpr const char* of_state =
    "(id IN (SELECT id FROM text_key_values WHERE key = 'state' AND value = ?1) OR (?1 = "
    "'candidate' AND id NOT IN "
    "(SELECT id FROM text_key_values WHERE key = 'state')))";

void require_file(const std::filesystem::path& file) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(file, ignored)) return;
  throw UserError(ExitCode::bad_input, fmt::format("there is no database '{}'", file.string()),
                  "name the folder of a run that was started");
}

}  // namespace

struct Database::Connection {
  Connection(const std::filesystem::path& file, Mode open_mode)
      : lock(open_mode == Mode::read_write ? std::make_unique<WriteLock>(file) : nullptr),
        sqlite(file, open_mode == Mode::read_write ? Sqlite::Access::read_write
                                                   : Sqlite::Access::read_only),
        mode(open_mode) {}
  ~Connection();

  void prepare_for_writing();

  std::unique_ptr<WriteLock> lock;
  mutable Sqlite sqlite;
  Mode mode;
};

void Database::Connection::prepare_for_writing() {
  // FULL: a label may be an hour of work, and a commit is rare beside it.
  sqlite.execute("PRAGMA synchronous = FULL");
  if (const auto fault = sqlite.value("PRAGMA quick_check(1)"); fault != "ok")
    throw UserError(
        ExitCode::bad_input,
        fmt::format("the database '{}' is damaged: {}", sqlite.file().string(), fault.value_or("")),
        fmt::format("restore it from a copy, or save what can be read: sqlite3 '{}' .recover",
                    sqlite.file().string()));
  make_schema(sqlite);
  sqlite.execute("PRAGMA journal_mode = WAL");
}

Database::Connection::~Connection() {
  if (mode != Mode::read_write) return;
  try {
    // A database at rest is one file that read-only media and other programs can read.
    sqlite.execute("PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE");
  } catch (const UserError&) {
    // Someone is reading: the write-ahead log stays, nothing is lost.
  }
}

Database::Database(const std::filesystem::path& file, Mode mode) {
  if (mode == Mode::read_only) require_file(file);
  connection_ = std::make_unique<Connection>(file, mode);
  if (mode == Mode::read_only) {
    require_schema(connection_->sqlite);
    return;
  }
  connection_->prepare_for_writing();
  transaction([&] { refresh_index(connection_->sqlite); });
}

Database::Database(Database&&) noexcept = default;
Database::~Database() = default;

void Database::begin() {
  connection_->sqlite.begin();
}
void Database::commit() {
  connection_->sqlite.commit();
}
void Database::rollback() {
  connection_->sqlite.rollback();
}

core::Result<std::int64_t> Database::add(const Record& record) {
  if (const std::string why = why_not_storable(record); !why.empty()) return core::Failure{why};
  const Fingerprint print = fingerprint(record.candidate.structure);
  Record stored = record;
  stored.id = 0;
  std::optional<std::int64_t> twin;
  transaction([&] {
    Sqlite& sqlite = connection_->sqlite;
    twin = find_duplicate(sqlite, stored, print);
    if (twin) return;
    stored.id = insert_row(sqlite, stored);
    index_row(sqlite, stored, print);
  });
  if (twin) return core::Failure{fmt::format("the structure is a duplicate of row {}", *twin)};
  return stored.id;
}

void Database::update(const Record& record) {
  const std::string why = why_not_storable(record);
  if (!why.empty())
    throw UserError(ExitCode::failed,
                    fmt::format("row '{}' cannot be changed: {}", record.id, why));
  transaction([&] {
    if (!update_row(connection_->sqlite, record))
      throw UserError(ExitCode::bad_input, fmt::format("there is no row '{}' in '{}'", record.id,
                                                       connection_->sqlite.file().string()));
    index_row(connection_->sqlite, record, fingerprint(record.candidate.structure));
  });
}

Record Database::get(std::int64_t id) const {
  Sqlite& sqlite = connection_->sqlite;
  Statement row = sqlite.prepare(fmt::format("SELECT {} FROM systems WHERE id = ?", row_columns));
  if (!row.bind(id).step())
    throw UserError(ExitCode::bad_input,
                    fmt::format("there is no row '{}' in '{}'", id, sqlite.file().string()));
  return read_row(sqlite, row);
}

std::vector<Record> Database::all() const {
  std::vector<Record> records;
  Statement rows =
      connection_->sqlite.prepare(fmt::format("SELECT {} FROM systems ORDER BY id", row_columns));
  while (rows.step()) records.push_back(read_row(connection_->sqlite, rows));
  return records;
}

std::vector<Record> Database::with_state(State state) const {
  std::vector<Record> records;
  Statement rows = connection_->sqlite.prepare(
      fmt::format("SELECT {} FROM systems WHERE {} ORDER BY id", row_columns, of_state));
  rows.bind(to_string(state));
  while (rows.step()) records.push_back(read_row(connection_->sqlite, rows));
  return records;
}

std::size_t Database::count(State state) const {
  Statement count =
      connection_->sqlite.prepare(fmt::format("SELECT count(*) FROM systems WHERE {}", of_state));
  (void)count.bind(to_string(state)).step();
  return static_cast<std::size_t>(count.integer(0));
}

void Database::add_version(const Version& version) {
  transaction([&] {
    connection_->sqlite.prepare("INSERT OR REPLACE INTO mlip_versions VALUES (?, ?, ?, ?, ?, ?)")
        .bind(version.generation)
        .bind(version.hash)
        .bind(version.metrics_json)
        .bind(version.yace_file)
        .bind(version.yaml_file)
        .bind(version.asi_file)
        .run();
  });
}

std::vector<Version> Database::versions() const {
  std::vector<Version> versions;
  if (!has_table(connection_->sqlite, "mlip_versions")) return versions;
  Statement row = connection_->sqlite.prepare(
      "SELECT generation, hash, metrics, yace, yaml, asi FROM mlip_versions ORDER BY generation");
  while (row.step())
    versions.push_back({static_cast<int>(row.integer(0)), row.text(1), row.text(2), row.text(3),
                        row.text(4), row.text(5)});
  return versions;
}

void Database::add_property(const Property& property) {
  transaction([&] {
    connection_->sqlite
        .prepare(
            "INSERT OR REPLACE INTO mlip_properties (name, unit, value, reference, generation) "
            "VALUES (?, ?, ?, ?, ?)")
        .bind(property.name)
        .bind(property.unit)
        .bind(property.value)
        .bind(property.reference)
        .bind(property.generation)
        .run();
  });
}

std::vector<Property> Database::properties() const {
  std::vector<Property> properties;
  if (!has_table(connection_->sqlite, "mlip_properties")) return properties;
  Statement row = connection_->sqlite.prepare(
      "SELECT name, unit, value, reference, generation FROM mlip_properties ORDER BY sequence");
  while (row.step()) {
    Property property{row.text(0), row.text(1), row.real(2), std::nullopt,
                      static_cast<int>(row.integer(4))};
    if (!row.is_null(3)) property.reference = row.real(3);
    properties.push_back(std::move(property));
  }
  return properties;
}

std::optional<JournalEntry> Database::find(const std::string& step,
                                           const std::string& input_hash) const {
  if (!has_table(connection_->sqlite, "mlip_journal")) return std::nullopt;
  Statement row = connection_->sqlite.prepare(
      "SELECT result FROM mlip_journal WHERE step = ? AND input_hash = ?");
  if (!row.bind(step).bind(input_hash).step()) return std::nullopt;
  return JournalEntry{step, input_hash, row.text(0)};
}

void Database::journal(const JournalEntry& entry) {
  transaction([&] {
    connection_->sqlite
        .prepare("INSERT OR REPLACE INTO mlip_journal (step, input_hash, result) VALUES (?, ?, ?)")
        .bind(entry.step)
        .bind(entry.input_hash)
        .bind(entry.result_json)
        .run();
  });
}

std::vector<JournalEntry> Database::journal_entries() const {
  std::vector<JournalEntry> entries;
  if (!has_table(connection_->sqlite, "mlip_journal")) return entries;
  Statement row = connection_->sqlite.prepare(
      "SELECT step, input_hash, result FROM mlip_journal ORDER BY sequence");
  while (row.step()) entries.push_back({row.text(0), row.text(1), row.text(2)});
  return entries;
}

void Database::put_document(const std::string& name, const std::string& json) {
  transaction([&] {
    connection_->sqlite
        .prepare(
            "INSERT INTO mlip_documents VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET json = "
            "excluded.json")
        .bind(name)
        .bind(json)
        .run();
  });
}

std::optional<std::string> Database::document(const std::string& name) const {
  if (!has_table(connection_->sqlite, "mlip_documents")) return std::nullopt;
  Statement row = connection_->sqlite.prepare("SELECT json FROM mlip_documents WHERE name = ?");
  if (!row.bind(name).step()) return std::nullopt;
  return row.text(0);
}

std::vector<std::string> Database::document_names(const std::string& prefix) const {
  std::vector<std::string> names;
  if (!has_table(connection_->sqlite, "mlip_documents")) return names;
  Statement row = connection_->sqlite.prepare(
      "SELECT name FROM mlip_documents WHERE substr(name, 1, length(?1)) = ?1 ORDER BY rowid");
  row.bind(prefix);
  while (row.step()) names.push_back(row.text(0));
  return names;
}

}  // namespace mlip::store
