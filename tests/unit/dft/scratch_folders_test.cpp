#include "dft/scratch_folders.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <map>

#include "core/error.hpp"
#include "core/file.hpp"
#include "dft/attempt_folder.hpp"

using namespace mlip::dft;
namespace fs = std::filesystem;

namespace {

struct Disks {
  fs::path root = fs::temp_directory_path() / fmt::format("mlip-disks-{}", getpid());
  std::map<std::string, std::string> variables;
  Disks() {
    for (const char* name : {"slurm", "tmp", "shared"}) fs::create_directories(root / name);
  }
  ~Disks() { fs::remove_all(root); }
  [[nodiscard]] std::optional<fs::path> folder(const std::string& wish) const {
    return node_folder(wish, [&](const std::string& name) {
      const auto found = variables.find(name);
      return found == variables.end() ? nullptr : found->second.c_str();
    });
  }
};

}  // namespace

TEST_CASE("where nothing is said, the node's folder is that of Slurm, or of TMPDIR") {
  Disks disks;
  CHECK_FALSE(disks.folder(""));
  disks.variables["TMPDIR"] = disks.root / "tmp";
  CHECK(disks.folder("") == disks.root / "tmp");
  disks.variables["SLURM_TMPDIR"] = disks.root / "slurm";
  CHECK(disks.folder("") == disks.root / "slurm");
  disks.variables["SLURM_TMPDIR"] = disks.root / "nowhere";
  CHECK(disks.folder("") == disks.root / "tmp");
  disks.variables["TMPDIR"] = "tmp";  // no absolute path
  CHECK_FALSE(disks.folder(""));
  CHECK_FALSE(disks.folder("shared"));
}

TEST_CASE("a folder that was asked for is there, or the task says why not") {
  Disks disks;
  disks.variables = {{"DISK", disks.root}, {"NAME", "tmp"}};
  CHECK(disks.folder("$DISK/$NAME") == disks.root / "tmp");
  CHECK(disks.folder("${DISK}/${NAME}") == disks.root / "tmp");
  const auto why = [&](const std::string& wish) -> std::string {
    try {
      (void)disks.folder(wish);
    } catch (const mlip::core::UserError& error) {
      return error.what();
    }
    return "";
  };
  CHECK(why("$DISK/nowhere").find("nowhere' is no folder that can be written to") !=
        std::string::npos);
  CHECK(why("$HOPE/x").find("$HOPE is not set here") != std::string::npos);
  CHECK(why("/a$").find("no name of a variable") != std::string::npos);
  CHECK(why("/a${DISK").find("no name of a variable") != std::string::npos);
  CHECK_FALSE(why("tmp").empty());
}

TEST_CASE("work is done in one folder and kept in the other") {
  const Disks disks;
  const fs::path node = disks.root / "tmp", shared = disks.root / "shared";
  {
    const AttemptFolders attempts(ScratchFolders(node, shared), "row 1");
    fs::create_directories(attempts.folder(1));
    mlip::core::write_atomically(attempts.folder(1) / "pw.in", "&CONTROL");
    attempts.keep("failed", 1, {"pw.in", "CRASH"});
    attempts.keep_packed("accepted", 1, "pw.in");
    CHECK(attempts.folder(1).string().starts_with(node.string()));
  }
  CHECK(fs::is_empty(node));
  CHECK(fs::file_size(shared / "failed/row_1/attempt_1/pw.in") == 8);
  CHECK(fs::exists(shared / "accepted/row_1/attempt_1/pw.in.gz"));
  const AttemptFolders again(ScratchFolders(node, shared), "row 1");
  CHECK_FALSE(fs::exists(shared / "failed/row_1"));
}
