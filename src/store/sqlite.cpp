#include "store/sqlite.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "core/error.hpp"

namespace mlip::store {

namespace {

using core::ExitCode;
using core::UserError;

bool is_disk_full(int code, int system_error) {
  return code == SQLITE_FULL ||
         (code == SQLITE_IOERR &&
          (system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG));
}

UserError explain(const std::string& file, int code, int system_error, const std::string& text) {
  if (is_disk_full(code, system_error))
    return {ExitCode::failed, fmt::format("no space left for '{}'", file),
            "free some space and start again; everything stored before is kept"};
  switch (code) {
    case SQLITE_NOTADB:
      return {ExitCode::bad_input, fmt::format("'{}' is not a database", file),
              "name another file, or move this one away"};
    case SQLITE_CORRUPT:
      return {ExitCode::bad_input, fmt::format("the database '{}' is damaged: {}", file, text),
              fmt::format("restore it from a copy, or save what can be read: sqlite3 '{}' .recover",
                          file)};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN: {
      const std::string why = system_error != 0 ? std::strerror(system_error) : text;
      return {ExitCode::bad_input, fmt::format("cannot open or write '{}': {}", file, why),
              "check that the folder exists and may be written"};
    }
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ExitCode::failed, fmt::format("'{}' is being written by another program", file),
              "wait until it has ended"};
    default:
      return {ExitCode::failed, fmt::format("reading or writing '{}' failed: {}", file, text),
              "check the disk and the file system"};
  }
}

}  // namespace

Statement::Statement(Sqlite& sqlite, std::string sql, sqlite3_stmt* handle)
    : sqlite_(sqlite), sql_(std::move(sql)), handle_(handle) {}

Statement::~Statement() {
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
  sqlite_.idle_.emplace(std::move(sql_), handle_);
}

void Statement::check(int code) {
  if (code != SQLITE_OK) sqlite_.fail(code);
}

Statement& Statement::bind(std::int64_t value) {
  check(sqlite3_bind_int64(handle_, next_++, value));
  return *this;
}

Statement& Statement::bind(double value) {
  check(sqlite3_bind_double(handle_, next_++, value));
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  check(sqlite3_bind_text64(handle_, next_++, text.data(), text.size(), SQLITE_TRANSIENT,
                            SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind(Blob blob) {
  const char* data = blob.bytes.empty() ? "" : blob.bytes.data();
  check(sqlite3_bind_blob64(handle_, next_++, data, blob.bytes.size(), SQLITE_TRANSIENT));
  return *this;
}

Statement& Statement::bind(std::nullptr_t) {
  check(sqlite3_bind_null(handle_, next_++));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) sqlite_.fail(code);
  return false;
}

void Statement::run() {
  while (step()) {
  }
  sqlite3_reset(handle_);
  next_ = 1;
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

bool Statement::is_text(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_TEXT;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_, column);
}

double Statement::real(int column) const {
  return sqlite3_column_double(handle_, column);
}

std::string Statement::text(int column) const {
  return std::string(bytes(column));
}

std::string_view Statement::bytes(int column) const {
  const void* data = sqlite3_column_blob(handle_, column);
  const int size = sqlite3_column_bytes(handle_, column);
  return data ? std::string_view(static_cast<const char*>(data), static_cast<std::size_t>(size))
              : std::string_view();
}

Sqlite::Sqlite(std::filesystem::path file, Access access)
    : file_(std::move(file)), access_(access) {
  if (access == Access::read_write) {
    open(file_.string(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    return;
  }
  open(file_.string(), SQLITE_OPEN_READONLY);
  const int code = sqlite3_exec(handle_, "SELECT 1 FROM sqlite_master", nullptr, nullptr, nullptr);
  if (code != SQLITE_CANTOPEN && code != SQLITE_READONLY) return;
  // A read-only folder cannot hold the files that readers of a write-ahead log share.
  sqlite3_close(handle_);
  std::string escaped;
  for (const char c : std::filesystem::absolute(file_).string())
    escaped += std::strchr("%?#", c) ? fmt::format("%{:02x}", static_cast<unsigned char>(c))
                                     : std::string(1, c);
  open("file://" + escaped + "?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}

void Sqlite::open(const std::string& name, int flags) {
  const int code = sqlite3_open_v2(name.c_str(), &handle_, flags, nullptr);
  if (code != SQLITE_OK) {
    const UserError error =
        explain(file_.string(), code, handle_ ? sqlite3_system_errno(handle_) : 0,
                handle_ ? sqlite3_errmsg(handle_) : "out of memory");
    sqlite3_close(handle_);
    throw error;
  }
  sqlite3_busy_timeout(handle_, 20000);
}

Sqlite::~Sqlite() {
  for (const auto& [sql, statement] : idle_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

void Sqlite::fail(int code) const {
  throw explain(file_.string(), code & 0xff, sqlite3_system_errno(handle_),
                sqlite3_errmsg(handle_));
}

void Sqlite::execute(const char* sql) {
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

Statement Sqlite::prepare(std::string sql) {
  if (const auto found = idle_.find(sql); found != idle_.end()) {
    sqlite3_stmt* handle = found->second;
    idle_.erase(found);
    return {*this, std::move(sql), handle};
  }
  sqlite3_stmt* handle = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.c_str(), static_cast<int>(sql.size() + 1),
                                      SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  if (code != SQLITE_OK) fail(code);
  return {*this, std::move(sql), handle};
}

std::optional<std::string> Sqlite::value(const char* sql) {
  Statement statement = prepare(sql);
  if (!statement.step()) return std::nullopt;
  return statement.text(0);
}

std::int64_t Sqlite::last_id() const {
  return sqlite3_last_insert_rowid(handle_);
}

void Sqlite::begin() {
  if (depth_ > 0) {
    require_transaction();
    execute(fmt::format("SAVEPOINT mlip_{}", depth_).c_str());
  } else {
    execute(access_ == Access::read_write ? "BEGIN IMMEDIATE" : "BEGIN");
  }
  ++depth_;
}

void Sqlite::commit() {
  try {
    require_transaction();
    execute(depth_ == 1 ? "COMMIT" : fmt::format("RELEASE mlip_{}", depth_ - 1).c_str());
  } catch (...) {
    rollback();
    throw;
  }
  --depth_;
}

void Sqlite::rollback() noexcept {
  --depth_;
  if (sqlite3_get_autocommit(handle_)) return;
  const std::string sql =
      depth_ == 0 ? "ROLLBACK" : fmt::format("ROLLBACK TO mlip_{0}; RELEASE mlip_{0}", depth_);
  sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
}

void Sqlite::require_transaction() const {
  if (depth_ > 0 && sqlite3_get_autocommit(handle_))
    throw UserError(ExitCode::failed,
                    fmt::format("the changes to '{}' were taken back after an error of the disk",
                                file_.string()),
                    "free some space and start again; everything stored before is kept");
}

}  // namespace mlip::store
