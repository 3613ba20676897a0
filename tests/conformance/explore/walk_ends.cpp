// What run_walk makes of every way a host program can end; the host is a shell script here.
#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include "core/error.hpp"
#include "core/file.hpp"
#include "explore/doctor.hpp"
#include "explore/molecular_dynamics.hpp"

using namespace mlip;
namespace fs = std::filesystem;

namespace {

constexpr const char* look = "printf '0 0 300 1.5 -10\\n10 0.02 310 3.5 -9\\n' > samples.txt\n";
constexpr const char* keep =
    "printf '2\\nLattice=\"4 0 0 0 4 0 0 0 4\" "
    "Properties=species:S:1:pos:R:3:gamma:R:1:image:I:3 pbc=\"T T T\" step=10 corner=\"0 0 0\"\\n"
    "Al 0 0 0 1.5 0 0 0\\nAl 2 2 2.5 3.5 0 0 0\\n' > excursion.10.xyz\n";

class Walk {
 public:
  explicit Walk(const std::string& script)
      : folder_(fs::temp_directory_path() / ("mlip_walk_ends_" + std::to_string(getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    core::write_atomically(folder_ / "host", "#!/bin/sh\n" + script);
    fs::permissions(folder_ / "host", fs::perms::owner_all);
    core::write_atomically(folder_ / "p.yaml", "potential");
    core::write_atomically(folder_ / "p.asi", "active set");
    setenv("MLIP_LAMMPS", (folder_ / "host").c_str(), 1);
    start.cell.vectors = core::Mat3::Identity() * 4;
    start.cell.periodic = {true, true, true};
    start.numbers = {13, 13};
    start.positions = {{0, 0, 0}, {2, 2, 2}};
    options.steps = 40;
  }
  ~Walk() {
    unsetenv("MLIP_LAMMPS");
    fs::remove_all(folder_);
  }
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;

  explore::Trajectory run(std::stop_token stop = {}) {
    return explore::run_walk(start, folder_ / "p.yaml", folder_ / "p.asi", options, 7, walk(),
                             stop);
  }
  [[nodiscard]] fs::path folder() const { return folder_; }
  [[nodiscard]] fs::path walk() const { return folder_ / "walk"; }

  core::Structure start;
  explore::Options options;

 private:
  fs::path folder_;
};

}  // namespace

TEST_CASE("a walk that ends well") {
  Walk walk(std::string(look) + keep);
  const auto trajectory = walk.run();
  CHECK(trajectory.end == "finished");
  CHECK(trajectory.steps_done == 40);
  REQUIRE(trajectory.samples.size() == 2);
  CHECK(trajectory.samples[1].gamma_max == 3.5);
  REQUIRE(trajectory.excursions.size() == 1);
  CHECK(trajectory.excursions[0].step == 10);
  CHECK(trajectory.excursions[0].structure.positions[1] == core::Vec3(2, 2, 2.5));
  CHECK(core::read_file(walk.walk() / "potential.yaml") == "potential");
  CHECK(core::read_file(walk.walk() / "potential.asi") == "active set");
  CHECK(core::read_file(walk.walk() / "start.data").find("2 atoms") != std::string::npos);
}

TEST_CASE("a walk that its gamma ended") {
  Walk walk(std::string(look) + keep + "echo 'halt 10 3.5' >> samples.txt\n");
  const auto trajectory = walk.run();
  CHECK(trajectory.end == "gamma limit");
  CHECK(trajectory.steps_done == 10);
  CHECK(trajectory.excursions.size() == 1);
}

TEST_CASE("LAMMPS' own error is the reason of a crash") {
  Walk walk(std::string(look) +
            "echo 'ERROR: Lost atoms: original 2 current 1 (../thermo.cpp:438)'\nexit 1\n");
  const auto trajectory = walk.run();
  CHECK(trajectory.end == "crashed: Lost atoms: original 2 current 1");
  CHECK(trajectory.samples.size() == 2);
  CHECK(trajectory.steps_done == 10);
}

TEST_CASE("an error on the error output counts, a silent failure has its status") {
  Walk loud("echo 'ERROR on proc 0: no memory (../memory.cpp:1)' >&2\nexit 1\n");
  CHECK(loud.run().end == "crashed: no memory");
  Walk silent("exit 3\n");
  const auto trajectory = silent.run();
  CHECK(trajectory.end == "crashed: exit status 3");
  CHECK(trajectory.samples.empty());
  CHECK(trajectory.steps_done == 0);
}

TEST_CASE("a killed host is a crash") {
  Walk walk(std::string(look) + "kill -9 $$\n");
  const auto trajectory = walk.run();
  CHECK(trajectory.end == "crashed: killed by signal 9");
  CHECK(trajectory.samples.size() == 2);
}

TEST_CASE("the time limit and a stop request end a walk and keep what it found") {
  Walk slow(std::string(look) + keep + "exec sleep 60\n");
  slow.options.time_limit_seconds = 0.3;
  auto trajectory = slow.run();
  CHECK(trajectory.end == "time limit");
  CHECK(trajectory.excursions.size() == 1);
  CHECK(trajectory.seconds < 30);

  slow.options.time_limit_seconds = 60;
  std::stop_source source;
  std::jthread stopper([&source] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    source.request_stop();
  });
  trajectory = slow.run(source.get_token());
  CHECK(trajectory.end == "interrupted");
  CHECK(trajectory.seconds < 30);
}

TEST_CASE("what an earlier walk left in the folder is gone") {
  Walk walk("exit 0\n");
  fs::create_directories(walk.walk());
  core::write_atomically(walk.walk() / "samples.txt", "0 0 1 1 1\n");
  core::write_atomically(walk.walk() / "excursion.10.xyz", "2\n");
  core::write_atomically(walk.walk() / "notes.txt", "mine");
  const auto trajectory = walk.run();
  CHECK(trajectory.samples.empty());
  CHECK(trajectory.excursions.empty());
  CHECK(fs::exists(walk.walk() / "notes.txt"));
  CHECK(walk.run().end == "finished");
}

TEST_CASE("a potential that lies in the walk's own folder stays") {
  Walk walk("exit 0\n");
  fs::create_directories(walk.walk());
  core::write_atomically(walk.walk() / "potential.yaml", "mine");
  core::write_atomically(walk.walk() / "potential.asi", "my set");
  const auto trajectory =
      explore::run_walk(walk.start, walk.walk() / "potential.yaml", walk.walk() / "potential.asi",
                        walk.options, 7, walk.walk(), {});
  CHECK(trajectory.end == "finished");
  CHECK(core::read_file(walk.walk() / "potential.yaml") == "mine");
  CHECK(core::read_file(walk.walk() / "potential.asi") == "my set");
}

TEST_CASE("a folder may be relative to where the program runs") {
  Walk walk(std::string(look) + keep);
  const fs::path before = fs::current_path();
  fs::current_path(walk.folder());
  const auto trajectory =
      explore::run_walk(walk.start, "p.yaml", "p.asi", walk.options, 7, "walk", {});
  fs::current_path(before);
  CHECK(trajectory.end == "finished");
  CHECK(trajectory.excursions.size() == 1);
}

TEST_CASE("a host that does not start is the machine's fault, not the end of a walk") {
  Walk walk("");
  core::write_atomically(walk.folder() / "host", "#!/no/such/interpreter\n");
  CHECK_THROWS_WITH_AS((void)walk.run(), "LAMMPS does not start: No such file or directory",
                       core::UserError);
}

TEST_CASE("several ranks are started by mpirun") {
  Walk walk("exit 0\n");
  core::write_atomically(walk.folder() / "mpirun", "#!/bin/sh\necho \"$@\" > words.txt\n");
  fs::permissions(walk.folder() / "mpirun", fs::perms::owner_all);
  const std::string path = std::getenv("PATH");
  setenv("PATH", (walk.folder().string() + ":" + path).c_str(), 1);
  walk.options.mpi_ranks = 3;
  const auto trajectory = walk.run();
  setenv("PATH", path.c_str(), 1);
  CHECK(trajectory.end == "finished");
  const std::string words = core::read_file(walk.walk() / "words.txt");
  CHECK(words.starts_with("-np 3 "));
  CHECK(words.find((walk.folder() / "host").string() + " -in walk.lammps") != std::string::npos);
}

TEST_CASE("a missing potential or host program is the user's to mend") {
  Walk walk("exit 0\n");
  fs::remove(walk.folder() / "p.yaml");
  CHECK_THROWS_WITH_AS(walk.run(), doctest::Contains("p.yaml"), core::UserError);
  setenv("MLIP_LAMMPS", "/nowhere/mlip-lammps", 1);
  try {
    (void)explore::lammps_host();
    FAIL("no error");
  } catch (const core::UserError& error) {
    CHECK(error.code() == core::ExitCode::missing_tool);
    CHECK(std::string(error.what()).find("/nowhere/mlip-lammps") != std::string::npos);
    CHECK_FALSE(error.remedy().empty());
  }
}

TEST_CASE("the doctor tells a good host from bad ones") {
  const std::string banner = "echo 'LAMMPS (29 Sep 2021 - Update 2)'\n";
  Walk good(banner + "echo 'own -6.25'\necho 'ours -6.25'\n");
  auto finding = explore::check_lammps(good.folder() / "doctor");
  CHECK(finding.works);
  CHECK(finding.name == "LAMMPS");
  CHECK(finding.version == "29 Sep 2021 - Update 2");
  CHECK(finding.remedy.empty());
  CHECK_FALSE(fs::exists(good.folder() / "doctor"));

  Walk different(banner + "echo 'own -6.25'\necho 'ours -6.26'\n");
  CHECK_FALSE(explore::check_lammps(different.folder() / "doctor").works);
  Walk failing(banner + "echo 'ERROR: Unrecognized pair style (../force.cpp:1)'\nexit 1\n");
  finding = explore::check_lammps(failing.folder() / "doctor");
  CHECK_FALSE(finding.works);
  CHECK(finding.detail.find("Unrecognized pair style") != std::string::npos);
  CHECK_FALSE(finding.remedy.empty());
  Walk silent("echo own\necho ours x\n");
  CHECK_FALSE(explore::check_lammps(silent.folder() / "doctor").works);

  setenv("MLIP_LAMMPS", "/nowhere/mlip-lammps", 1);
  finding = explore::check_lammps(silent.folder() / "doctor");
  CHECK_FALSE(finding.works);
  CHECK_FALSE(finding.remedy.empty());
}
