/// The one database of a run: a real ASE SQLite database with tables of our own beside it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/records.hpp"
#include "core/result.hpp"

namespace mlip::store {

enum class State { candidate, queued, labeled, failed, dropped };
[[nodiscard]] std::string to_string(State state);

/// One row.  State, priority, config_type, uncertainty_gamma, generation, level_of_theory, holdout
/// and parent are ASE key-value pairs; force_mask, moments and attempts are in ASE's `data`.
struct Record {
  std::int64_t id = 0;  ///< 0 before it is stored
  core::Candidate candidate;
  State state = State::candidate;
  double priority = 0;
  bool holdout = false;
  std::optional<std::int64_t> parent;
  core::Outcome outcome;  ///< labels are valid when state == labeled
};

struct Version {  ///< of the potential, one a generation; producer: fit
  int generation = 0;
  std::string hash;          ///< of everything it was made from
  std::string metrics_json;  ///< report keys: holdout, train, counts, timings
  std::string yace_file, yaml_file, asi_file;
};

struct Property {  ///< producer: validate
  std::string name, unit;
  double value = 0;
  std::optional<double> reference;
  int generation = 0;
};

struct JournalEntry {
  std::string step;  ///< e.g. "seed", "label/17", "fit/2"
  std::string input_hash;
  std::string result_json;
};

/// One writer a file (held by a lock on FILE.lock, which ASE's writers wait for too); readers work
/// beside it.  Every call is one transaction; WAL while it is open, one plain file at rest.  Throws
/// core::UserError where the file is no database, is damaged, or the disk is full or read-only:
/// then nothing of the transaction is kept, and all that was committed is.
class Database {
 public:
  enum class Mode { read_only, read_write };
  explicit Database(const std::filesystem::path& file, Mode mode = Mode::read_write);
  Database(Database&&) noexcept;
  ~Database();

  /// Stores a new row, whose id it gives; record.id is ignored.  A failure when the structure is a
  /// duplicate (the reason names the id): one stored with the same mask, whatever its state or
  /// holdout, unless both have labels of different levels of theory; or when a number is not
  /// finite.
  core::Result<std::int64_t> add(const Record& record);
  /// Rewrites the row of record.id; columns, keys and data that others put there stay.  Throws
  /// core::UserError where there is no such row or a number is not finite.
  void update(const Record& record);
  [[nodiscard]] Record get(std::int64_t id) const;
  [[nodiscard]] std::vector<Record> all() const;
  [[nodiscard]] std::vector<Record> with_state(State state) const;
  [[nodiscard]] std::size_t count(State state) const;

  void add_version(const Version& version);
  [[nodiscard]] std::vector<Version> versions() const;
  void add_property(const Property& property);
  [[nodiscard]] std::vector<Property> properties() const;

  /// Result of a step whose inputs hash alike, if it was done before.
  [[nodiscard]] std::optional<JournalEntry> find(const std::string& step,
                                                 const std::string& input_hash) const;
  /// Writes the entry; inside transaction() together with its other writes.
  void journal(const JournalEntry& entry);
  [[nodiscard]] std::vector<JournalEntry> journal_entries() const;

  /// Small named JSON documents (e.g. the resolved configuration, MD traces for the report).
  void put_document(const std::string& name, const std::string& json);
  [[nodiscard]] std::optional<std::string> document(const std::string& name) const;
  /// Names that begin with `prefix`, in the order they were first stored.
  [[nodiscard]] std::vector<std::string> document_names(const std::string& prefix = "") const;

  /// Runs `work` as one transaction: all of its writes or none.  May be nested; an inner one that
  /// throws takes back only its own.
  template <class Work>
  void transaction(Work&& work) {
    begin();
    try {
      work();
    } catch (...) {
      rollback();
      throw;
    }
    commit();
  }

 private:
  void begin();
  void commit();
  void rollback();
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace mlip::store
