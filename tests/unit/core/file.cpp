#include "core/file.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdlib>
#include <fstream>

#include "core/error.hpp"

using namespace mlip::core;
namespace fs = std::filesystem;

namespace {

/// A folder of the test's own, gone when the test ends.
struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "mlip_file_XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { fs::remove_all(path); }
  [[nodiscard]] std::ptrdiff_t entries() const {
    return std::distance(fs::directory_iterator(path), fs::directory_iterator());
  }
  fs::path path;
};

/// No file may grow beyond `bytes`: what a full disk does to a write, without being root.
struct FileSizeLimit {
  explicit FileSizeLimit(rlim_t bytes) {
    previous_signal = std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &previous);
    const rlimit limit = {bytes, previous.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &previous);
    std::signal(SIGXFSZ, previous_signal);
  }
  rlimit previous{};
  void (*previous_signal)(int);
};

}  // namespace

TEST_CASE("a file is written whole and read back") {
  const Folder folder;
  std::string content(300000, '\0');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 7);
  write_atomically(folder.path / "a", content);
  CHECK(read_file(folder.path / "a") == content);
  write_atomically(folder.path / "a", "");
  CHECK(read_file(folder.path / "a").empty());
  CHECK(folder.entries() == 1);
}

TEST_CASE("a full disk leaves the old file and no litter") {
  const Folder folder;
  const fs::path file = folder.path / "potential.yaml";
  write_atomically(file, "old");
  const std::string big(100000, 'x');
  std::string message, remedy;
  {
    const FileSizeLimit limit(4096);
    try {
      write_atomically(file, big);
    } catch (const UserError& error) {
      message = error.what();
      remedy = error.remedy();
      CHECK(error.code() == ExitCode::failed);
    }
  }
  CHECK(message == "cannot write '" + file.string() + "': file too large");
  CHECK(remedy.find("free disk space") != std::string::npos);
  CHECK(read_file(file) == "old");
  CHECK(folder.entries() == 1);
}

TEST_CASE("a full device says so") {
  const auto write = [] { write_atomically("/dev/full", "x"); };
  CHECK_THROWS_WITH_AS(write(), "cannot write '/dev/full': no space left on device", UserError);
  CHECK(fs::is_character_file("/dev/full"));
}

TEST_CASE("a missing folder and a folder in the file's place are told") {
  const Folder folder;
  CHECK_THROWS_AS(write_atomically(folder.path / "none" / "a", "x"), UserError);
  CHECK_THROWS_AS(write_atomically(folder.path, "x"), UserError);
  CHECK_THROWS_AS((void)read_file(folder.path / "none"), UserError);
  CHECK_THROWS_AS((void)read_file(folder.path), UserError);
  CHECK(folder.entries() == 0);
}

TEST_CASE("permissions of a replaced file stay, a new file follows the umask") {
  const Folder folder;
  const fs::path file = folder.path / "a";
  const mode_t mask = umask(027);
  write_atomically(file, "1");
  umask(mask);
  CHECK(fs::status(file).permissions() == static_cast<fs::perms>(0640));
  fs::permissions(file, static_cast<fs::perms>(0604));
  write_atomically(file, "2");
  CHECK(fs::status(file).permissions() == static_cast<fs::perms>(0604));
}

TEST_CASE("a link stays a link and its target is replaced") {
  const Folder folder;
  fs::create_directory(folder.path / "data");
  write_atomically(folder.path / "data" / "real", "old");
  fs::create_symlink("data/real", folder.path / "link");
  write_atomically(folder.path / "link", "new");
  CHECK(fs::is_symlink(folder.path / "link"));
  CHECK(read_file(folder.path / "data" / "real") == "new");
}

TEST_CASE("links in a circle are told") {
  const Folder folder;
  fs::create_symlink("b", folder.path / "a");
  fs::create_symlink("a", folder.path / "b");
  CHECK_THROWS_AS(write_atomically(folder.path / "a", "x"), UserError);
}

TEST_CASE("a folder is made with those above it, or the reason told") {
  const Folder folder;
  make_folder(folder.path / "a/b");
  make_folder(folder.path / "a/b");
  CHECK(fs::is_directory(folder.path / "a/b"));
  write_atomically(folder.path / "file", "");
  CHECK_THROWS_WITH_AS(
      make_folder(folder.path / "file/b"),
      ("cannot make the folder '" + (folder.path / "file/b").string() + "': Not a directory")
          .c_str(),
      UserError);
}
