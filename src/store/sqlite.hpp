/// SQLite as far as the database needs it: every error of the engine becomes a core::UserError that
/// says what to do.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlip::store {

class Sqlite;

/// Bytes to be bound as a BLOB; not owned.
struct Blob {
  std::string_view bytes;
};

/// A prepared statement on loan from its connection; goes back when it is destroyed.
class Statement {
 public:
  Statement(Sqlite& sqlite, std::string sql, sqlite3_stmt* handle);
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  /// Binds the next parameter.
  Statement& bind(std::int64_t value);
  Statement& bind(int value) { return bind(static_cast<std::int64_t>(value)); }
  Statement& bind(double value);
  Statement& bind(std::string_view text);
  Statement& bind(Blob blob);
  Statement& bind(std::nullptr_t);
  template <class Value>
  Statement& bind(const std::optional<Value>& value) {
    return value ? bind(*value) : bind(nullptr);
  }

  /// Moves to the next row; false at the end.
  [[nodiscard]] bool step();
  /// Runs a statement that returns no rows; it can be bound again.
  void run();

  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] bool is_text(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::string text(int column) const;
  /// Valid until the next step.
  [[nodiscard]] std::string_view bytes(int column) const;

 private:
  void check(int code);
  Sqlite& sqlite_;
  std::string sql_;
  sqlite3_stmt* handle_;
  int next_ = 1;
};

/// One connection, with nested transactions.
class Sqlite {
 public:
  enum class Access { read_only, read_write };
  /// Creates the file if it may write and there is none.
  Sqlite(std::filesystem::path file, Access access);
  Sqlite(const Sqlite&) = delete;
  Sqlite& operator=(const Sqlite&) = delete;
  ~Sqlite();

  void execute(const char* sql);
  [[nodiscard]] Statement prepare(std::string sql);
  /// First column of the first row; none where there is no row.
  [[nodiscard]] std::optional<std::string> value(const char* sql);
  [[nodiscard]] std::int64_t last_id() const;
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }

  void begin();
  /// Rolls back and throws where the changes cannot be kept.
  void commit();
  void rollback() noexcept;
  /// Throws when the engine itself gave up the transaction this write belongs to.
  void require_transaction() const;

  [[noreturn]] void fail(int code) const;

 private:
  friend class Statement;
  void open(const std::string& name, int flags);
  std::filesystem::path file_;
  Access access_;
  sqlite3* handle_ = nullptr;
  int depth_ = 0;
  std::multimap<std::string, sqlite3_stmt*> idle_;
};

}  // namespace mlip::store
