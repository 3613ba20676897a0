#include <doctest/doctest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "../../unit/store/fixtures.hpp"
#include "store/write_lock.hpp"

using namespace mlip;
using namespace mlip::store;
using namespace mlip::store::test;

namespace {

constexpr int rows_each = 5;

Record numbered(int transaction, int row) {
  Record record = labeled(fcc(3.0 + 1e-2 * transaction + 2e-3 * row));
  record.candidate.generation = transaction;
  return record;
}

/// Transactions of five rows and one journal entry, until it is killed.
[[noreturn]] void write_until_killed(const std::filesystem::path& file, int first) {
  Database database(file);
  for (int transaction = first;; ++transaction)
    database.transaction([&] {
      for (int row = 0; row < rows_each; ++row)
        if (!database.add(numbered(transaction, row))) _exit(1);
      database.journal({"label/" + std::to_string(transaction), "h", "{}"});
    });
}

/// Every journal entry has its five rows, and there are no others.
int whole_transactions(Database& database) {
  std::vector<int> rows;
  for (const Record& record : database.all()) {
    rows.resize(std::max(rows.size(), static_cast<std::size_t>(record.candidate.generation) + 1));
    ++rows[static_cast<std::size_t>(record.candidate.generation)];
  }
  for (const int count : rows) CHECK(count == rows_each);
  CHECK(database.journal_entries().size() == rows.size());
  return static_cast<int>(rows.size());
}

/// A place that can hold so much: a file system in memory, or where mounting is not allowed,
/// limited files.
class SmallDisk {
 public:
  explicit SmallDisk(const std::filesystem::path& path) : path_(path) {
    mounted_ = mount("none", path.c_str(), "tmpfs", 0, "size=1m") == 0;
    if (mounted_) return;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit{1 << 20, old_.rlim_max};
    REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
  }
  ~SmallDisk() {
    if (mounted_)
      umount2(path_.c_str(), MNT_DETACH);
    else
      setrlimit(RLIMIT_FSIZE, &old_);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

 private:
  std::filesystem::path path_;
  bool mounted_ = false;
  rlimit old_{};
};

}  // namespace

TEST_CASE("a writer killed at any moment leaves whole transactions only") {
  const Folder folder;
  auto engine = core::random_engine(20, "kill");
  int stored = 0, progress = 0;
  for (int turn = 0; turn < 25; ++turn) {
    const pid_t child = fork();
    if (child == 0) write_until_killed(folder.file(), stored);
    std::this_thread::sleep_for(
        std::chrono::milliseconds(20 + static_cast<int>(150 * core::uniform(engine))));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));
    Database database(folder.file());
    const int now = whole_transactions(database);
    CHECK(now >= stored);
    progress += now > stored ? 1 : 0;
    stored = now;
  }
  CHECK(progress > 5);
}

TEST_CASE("the lock of a killed writer is at no time empty while the next one takes it over") {
  const Folder folder;
  const std::filesystem::path lock = folder.file().string() + ".lock";
  std::ofstream(lock) << "4194304\n";  // of a process that there cannot be
  int empty = 0;
  for (int turn = 0; turn < 200; ++turn) {
    const pid_t child = fork();
    if (child == 0) {
      const WriteLock ours(folder.file());
      _exit(0);  // as killed: the lock stays
    }
    while (waitpid(child, nullptr, WNOHANG) == 0)
      empty += std::filesystem::file_size(lock) == 0 ? 1 : 0;
  }
  CHECK(empty == 0);
}

TEST_CASE("a reader beside a killed writer sees what was committed") {
  const Folder folder;
  const pid_t child = fork();
  if (child == 0) write_until_killed(folder.file(), 0);
  std::this_thread::sleep_for(std::chrono::milliseconds(400));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  Database reader(folder.file(), Database::Mode::read_only);
  CHECK(whole_transactions(reader) > 0);
}

TEST_CASE("a disk that is full keeps every committed row") {
  const Folder folder;
  const auto disk = folder.path / "disk";
  std::filesystem::create_directory(disk);
  const SmallDisk small(disk);
  const auto file = disk / "mlip.db";
  int stored = 0;
  const std::string message = "no space left for '" + file.string() + "'";
  {
    Database database(file);
    const auto write = [&] {
      for (; stored < 100000; ++stored)
        database.transaction([&] {
          for (int row = 0; row < rows_each; ++row) REQUIRE(database.add(numbered(stored, row)));
          database.journal({"label/" + std::to_string(stored), "h", "{}"});
        });
    };
    CHECK_THROWS_WITH_AS(write(), message.c_str(), core::UserError);
    CHECK(stored > 0);
    CHECK(whole_transactions(database) == stored);
  }
  Database reader(file, Database::Mode::read_only);
  CHECK(whole_transactions(reader) == stored);
}
