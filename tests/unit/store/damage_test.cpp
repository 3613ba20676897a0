#include <doctest/doctest.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>

#include "core/file.hpp"
#include "fixtures.hpp"
#include "store/sqlite.hpp"

using namespace mlip;
using namespace mlip::store;
using namespace mlip::store::test;

namespace {

/// The error of opening, or of reading all rows; empty where there is none.
std::string fault(const std::filesystem::path& file, Database::Mode mode) {
  try {
    (void)Database(file, mode).all();
    return {};
  } catch (const core::UserError& error) {
    CHECK_FALSE(error.remedy().empty());
    return error.what();
  }
}

void fill(const std::filesystem::path& file, int rows) {
  Database database(file);
  database.transaction([&] {
    for (int i = 0; i < rows; ++i) REQUIRE(database.add(labeled(fcc(3.5 + 0.01 * i))));
  });
}

void run_sql(const std::filesystem::path& file, const char* sql) {
  Sqlite(file, Sqlite::Access::read_write).execute(sql);
}

/// Files of this process cannot grow beyond `bytes` while it lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit{bytes, old_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit old_{};
  void (*old_handler_)(int);
};

/// Nobody's rights while it lives, where we are root.
struct WithoutRights {
  WithoutRights() { effective = seteuid(getuid() == 0 ? 65534 : getuid()); }
  ~WithoutRights() { effective = seteuid(getuid()); }
  WithoutRights(const WithoutRights&) = delete;
  WithoutRights& operator=(const WithoutRights&) = delete;
  int effective;
};

}  // namespace

TEST_CASE("what is no database is left alone") {
  const Folder folder;
  const std::string text(5000, 'x');
  std::ofstream(folder.file()) << text;
  const std::string message = "'" + folder.file().string() + "' is not a database";
  CHECK(fault(folder.file(), Database::Mode::read_write) == message);
  CHECK(fault(folder.file(), Database::Mode::read_only) == message);
  CHECK(core::read_file(folder.file()) == text);
  CHECK_FALSE(std::filesystem::exists(folder.path / "mlip.db.lock"));
}

TEST_CASE("a database of another program is left alone") {
  const Folder folder;
  run_sql(folder.file(), "CREATE TABLE songs (name TEXT); INSERT INTO songs VALUES ('a')");
  const std::string before = core::read_file(folder.file());
  const std::string message = "'" + folder.file().string() + "' is a database, but not one of ASE";
  CHECK(fault(folder.file(), Database::Mode::read_write) == message);
  CHECK(fault(folder.file(), Database::Mode::read_only) == message);
  CHECK(core::read_file(folder.file()) == before);
}

TEST_CASE("tables of others in our file stay") {
  const Folder folder;
  fill(folder.file(), 1);
  run_sql(folder.file(), "CREATE TABLE songs (name TEXT); INSERT INTO songs VALUES ('a')");
  CHECK(Database(folder.file()).add(candidate(cesium_chloride())));
  CHECK(Sqlite(folder.file(), Sqlite::Access::read_only).value("SELECT name FROM songs") == "a");
}

TEST_CASE("another format of ASE is named") {
  const Folder folder;
  fill(folder.file(), 1);
  run_sql(folder.file(), "UPDATE information SET value = '8'");
  CHECK(fault(folder.file(), Database::Mode::read_write) ==
        "'" + folder.file().string() + "' is an ASE database of format '8', not '9'");
}

TEST_CASE("a truncated database is reported as damaged, reading and writing") {
  const Folder folder;
  fill(folder.file(), 100);
  const auto size = std::filesystem::file_size(folder.file());
  for (const auto kept : {size / 2, size - 4096, std::uintmax_t{700}}) {
    std::filesystem::resize_file(folder.file(), kept);
    for (const auto mode : {Database::Mode::read_write, Database::Mode::read_only})
      CHECK(fault(folder.file(), mode).find("is damaged") != std::string::npos);
  }
}

TEST_CASE("flipped bytes end in rows or in a clear error, never in a crash") {
  const Folder folder;
  fill(folder.file(), 20);
  const std::string good = core::read_file(folder.file());
  auto engine = core::random_engine(1, "flip");
  int found = 0;
  for (int turn = 0; turn < 150; ++turn) {
    std::string bad = good;
    for (int flip = 0; flip < 20; ++flip) bad[engine() % bad.size()] = static_cast<char>(engine());
    std::ofstream(folder.file(), std::ios::binary) << bad;
    found += fault(folder.file(), Database::Mode::read_write).empty() ? 0 : 1;
    std::ofstream(folder.file(), std::ios::binary) << bad;
    found += fault(folder.file(), Database::Mode::read_only).empty() ? 0 : 1;
  }
  CHECK(found > 20);
}

TEST_CASE("a row whose content makes no sense is named") {
  const Folder folder;
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"positions = x'0000'", "a column is no whole number of values"},
      {"positions = zeroblob(24)", "it has 1 positions for 4 atoms"},
      {"numbers = zeroblob(16)", "its atomic number '0' is no element"},
      {"cell = zeroblob(8)", "a cell has not nine numbers"},
      {"forces = zeroblob(24)", "it has 1 forces for 4 atoms"},
      {"stress = zeroblob(8)", "a stress has neither six nor nine numbers"},
      {"data = x'01'", "data is too short"},
      {"data = x'ffffffffffffffff'", "data has a wrong offset"},
      {"key_value_pairs = '{\"state\": \"lost\"}'",
       "its state 'lost' is none of candidate, queued, labeled, failed, dropped"},
      {"key_value_pairs = '{\"priority\": \"high\"}'", "its key 'priority' is no number"}};
  for (const auto& [change, why] : cases) {
    std::filesystem::remove(folder.file());
    fill(folder.file(), 2);
    run_sql(folder.file(), ("UPDATE systems SET " + std::string(change) + " WHERE id = 2").c_str());
    CHECK(fault(folder.file(), Database::Mode::read_only) ==
          "row '2' of '" + folder.file().string() + "' cannot be read: " + why);
  }
}

TEST_CASE("a full disk takes back the transaction and nothing else") {
  const Folder folder;
  fill(folder.file(), 10);
  {
    Database database(folder.file());
    const FileSizeLimit limit(std::filesystem::file_size(folder.file()) + 200000);
    const auto write_forever = [&] {
      for (int i = 0; i < 100000; ++i) {
        Record record = labeled(fcc(6 + 2e-3 * i));
        record.outcome.attempts[0].detail.assign(20000, 'x');
        (void)database.add(record);
      }
    };
    const std::string message = "no space left for '" + folder.file().string() + "'";
    CHECK_THROWS_WITH_AS(database.transaction(write_forever), message.c_str(), core::UserError);
    CHECK(database.all().size() == 10);
    CHECK_THROWS_WITH_AS(write_forever(), message.c_str(), core::UserError);
    CHECK(database.all().size() > 10);
  }
  Database database(folder.file());
  const std::size_t kept = database.all().size();
  CHECK(kept > 10);
  CHECK(database.add(candidate(cesium_chloride())));
  CHECK(database.all().size() == kept + 1);
}

TEST_CASE("an error the work swallows does not let half a transaction through") {
  const Folder folder;
  Sqlite sqlite(folder.file(), Sqlite::Access::read_write);
  sqlite.execute("CREATE TABLE t (x BLOB); PRAGMA max_page_count = 20");
  sqlite.begin();
  sqlite.execute("INSERT INTO t VALUES ('first')");
  const std::string full = "no space left for '" + folder.file().string() + "'";
  CHECK_THROWS_WITH_AS(sqlite.execute("INSERT INTO t VALUES (zeroblob(1000000))"), full.c_str(),
                       core::UserError);
  const std::string lost =
      "the changes to '" + folder.file().string() + "' were taken back after an error of the disk";
  CHECK_THROWS_WITH_AS(sqlite.begin(), lost.c_str(), core::UserError);
  CHECK_THROWS_WITH_AS(sqlite.commit(), lost.c_str(), core::UserError);
  CHECK(sqlite.value("SELECT count(*) FROM t") == "0");
  sqlite.begin();
  sqlite.execute("INSERT INTO t VALUES ('second')");
  sqlite.commit();
  CHECK(sqlite.value("SELECT count(*) FROM t") == "1");
}

TEST_CASE("a read-only folder can be read, and says so when it is to be written") {
  const Folder folder;
  fill(folder.file(), 3);
  std::filesystem::permissions(folder.file(), std::filesystem::perms(0444));
  std::filesystem::permissions(folder.path, std::filesystem::perms(0555));
  {
    const WithoutRights without;
    CHECK(Database(folder.file(), Database::Mode::read_only).all().size() == 3);
    CHECK(fault(folder.file(), Database::Mode::read_write) ==
          "cannot write '" + folder.file().string() + ".lock': Permission denied");
  }
  std::filesystem::permissions(folder.path, std::filesystem::perms(0755));
}

TEST_CASE("reading what is not there") {
  const Folder folder;
  CHECK(fault(folder.file(), Database::Mode::read_only) ==
        "there is no database '" + folder.file().string() + "'");
  CHECK(fault(folder.path / "none" / "x.db", Database::Mode::read_write).find("cannot write") == 0);
}

TEST_CASE("there is one writer, and readers beside it see what is committed") {
  const Folder folder;
  Database writer(folder.file());
  REQUIRE(writer.add(candidate(fcc())));
  CHECK(fault(folder.file(), Database::Mode::read_write) ==
        "'mlip.db' is being written by process " + std::to_string(getpid()));
  writer.transaction([&] {
    REQUIRE(writer.add(candidate(cesium_chloride())));
    CHECK(Database(folder.file(), Database::Mode::read_only).all().size() == 1);
  });
  const Database reader(folder.file(), Database::Mode::read_only);
  CHECK(reader.all().size() == 2);
  REQUIRE(writer.add(candidate(fcc(4.2))));
  CHECK(reader.count(State::candidate) == 3);
}

TEST_CASE("the lock of a killed writer is taken over") {
  const Folder folder;
  std::ofstream(folder.path / "mlip.db.lock") << "4194305\n";
  CHECK(Database(folder.file()).add(candidate(fcc())));
  CHECK_FALSE(std::filesystem::exists(folder.path / "mlip.db.lock"));
}

TEST_CASE("keys and data of others survive an update") {
  const Folder folder;
  fill(folder.file(), 1);
  run_sql(folder.file(),
          "UPDATE systems SET key_value_pairs = '{\"gap\": NaN, \"name\": \"a \\\"NaN\\\" b\", "
          "\"state\": \"queued\"}', "
          "data = '{\"notes\": [1, -Infinity]}'; INSERT INTO keys VALUES ('gap', 1)");
  {
    Database database(folder.file());
    Record record = database.get(1);
    CHECK(record.state == State::queued);
    record.state = State::dropped;
    database.update(record);
  }
  Sqlite sqlite(folder.file(), Sqlite::Access::read_only);
  const auto pairs = sqlite.value("SELECT key_value_pairs FROM systems").value();
  CHECK(pairs.find("\"gap\":NaN") != std::string::npos);
  CHECK(pairs.find("\"name\":\"a \\\"NaN\\\" b\"") != std::string::npos);
  CHECK(pairs.find("\"state\":\"dropped\"") != std::string::npos);
  CHECK(sqlite.value("SELECT data FROM systems").value().find("\"notes\":[1,-Infinity]") !=
        std::string::npos);
  CHECK(sqlite.value("SELECT count(*) FROM keys WHERE key = 'gap'") == "1");
  CHECK(sqlite.value("SELECT typeof(data) FROM systems") == "text");
}
