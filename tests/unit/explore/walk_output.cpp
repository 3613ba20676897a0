#include "explore/walk_output.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>

#include "core/file.hpp"
#include "core/seed.hpp"

using namespace mlip;

namespace {

const std::string samples =
    "0 0 600 1.5 -107.2\n"
    "10 0.02 312.5 1.75 -106.9\n"
    "20 0.04 290.25 140.5 -105.5\n"
    "halt 20 140.5\n";

const std::string frame_text =
    "2\n"
    "Lattice=\"4 0 0 0.5 4 0 0 0 4\" Properties=species:S:1:pos:R:3:gamma:R:1:image:I:3 "
    "pbc=\"T T T\" step=20 corner=\"-0.5 0 0.25\"\n"
    "Al -0.5 0 0.25 3.5 0 0 0\n"
    "Ni 1.5 2 2.25 0.5 0 0 0\n";

explore::LammpsFrame frame() {
  core::Structure start;
  start.cell.vectors << 4, 0, 0, 0.5, 4, 0, 0, 0, 4;
  start.cell.periodic = {true, true, true};
  start.numbers = {13, 28};
  start.positions = {{0, 0, 0}, {2, 2, 2}};
  return explore::make_frame(start, 30);
}

std::string damaged(std::string text, std::mt19937_64& engine) {
  const int cuts = 1 + static_cast<int>(engine() % 4);
  for (int k = 0; k < cuts && !text.empty(); ++k) {
    const std::size_t at = engine() % text.size();
    switch (engine() % 4) {
      case 0:
        text.resize(at);
        break;
      case 1:
        text[at] = static_cast<char>(engine() % 256);
        break;
      case 2:
        text.erase(at, 1 + engine() % 9);
        break;
      default:
        text.insert(at, text.substr(engine() % text.size(), engine() % 30));
    }
  }
  return text;
}

}  // namespace

TEST_CASE("samples are read and the halt is seen") {
  const auto read = explore::read_samples(samples);
  REQUIRE(read.samples.size() == 3);
  CHECK(read.halted);
  CHECK(read.samples[1].step == 10);
  CHECK(read.samples[1].time_ps == 0.02);
  CHECK(read.samples[1].temperature == 312.5);
  CHECK(read.samples[1].gamma_max == 1.75);
  CHECK(read.samples[1].potential_energy == -106.9);
}

TEST_CASE("a line torn by a kill is left out") {
  const auto read = explore::read_samples("0 0 600 1.5 -107.2\n10 0.02 312.5 1.75 -10");
  CHECK(read.samples.size() == 1);
  CHECK_FALSE(read.halted);
  CHECK(explore::read_samples("").samples.empty());
  CHECK(explore::read_samples("1 2 3 4\n1 2 3 4 5 6\nx 1 2 3 4\n1 2 3 nan 5\n").samples.empty());
}

TEST_CASE("an excursion is read back into the frame of the start") {
  const auto read = explore::read_excursion(frame_text, frame());
  REQUIRE(bool(read));
  const explore::Excursion& excursion = read.value();
  CHECK(excursion.step == 20);
  CHECK(excursion.gamma == std::vector<double>{3.5, 0.5});
  CHECK(excursion.structure.numbers == std::vector<int>{13, 28});
  CHECK((excursion.structure.positions[0] - core::Vec3(0, 0, 0)).norm() < 1e-12);
  CHECK((excursion.structure.positions[1] - core::Vec3(2, 2, 2)).norm() < 1e-12);
}

TEST_CASE("a frame without gamma, images or step is a failure") {
  for (const std::string missing : {"gamma:R:1", "image:I:3", "step=20"}) {
    std::string text = frame_text;
    text.replace(text.find(missing), missing.size(), missing == "step=20" ? "" : "x" + missing);
    const auto read = explore::read_excursion(text, frame());
    REQUIRE_FALSE(bool(read));
    CHECK_FALSE(read.reason().empty());
  }
  CHECK_FALSE(bool(explore::read_excursion("", frame())));
  CHECK_FALSE(bool(explore::read_excursion(frame_text + frame_text, frame())));
}

TEST_CASE("damaged output never does more than fail") {
  auto engine = core::random_engine(3, "damage");
  for (int trial = 0; trial < 3000; ++trial) {
    for (const auto& sample : explore::read_samples(damaged(samples, engine)).samples)
      CHECK(std::isfinite(sample.time_ps + sample.temperature + sample.gamma_max +
                          sample.potential_energy));
    const auto read = explore::read_excursion(damaged(frame_text, engine), frame());
    if (!read) {
      CHECK_FALSE(read.reason().empty());
    } else {
      CHECK(core::is_finite(read.value().structure));
      CHECK(read.value().gamma.size() == read.value().structure.size());
    }
  }
}

TEST_CASE("the excursions of a folder come by step, without temporary and broken files") {
  const auto folder =
      std::filesystem::temp_directory_path() / ("mlip_excursions_" + std::to_string(getpid()));
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  std::string earlier = frame_text;
  earlier.replace(earlier.find("step=20"), 7, "step=10");
  core::write_atomically(folder / "excursion.20.xyz", frame_text);
  core::write_atomically(folder / "excursion.10.xyz", earlier);
  core::write_atomically(folder / "excursion.30.xyz", frame_text.substr(0, 100));
  core::write_atomically(folder / "excursion.40.xyz.part", frame_text);
  core::write_atomically(folder / "other.xyz", frame_text);
  const auto excursions = explore::read_excursions(folder, frame());
  std::filesystem::remove_all(folder);
  REQUIRE(excursions.size() == 2);
  CHECK(excursions[0].step == 10);
  CHECK(excursions[1].step == 20);
}

TEST_CASE("the last error of LAMMPS is found") {
  CHECK(explore::last_error("LAMMPS (29 Sep 2021 - Update 2)\n"
                            "ERROR: Lost atoms: original 108 current 107 (../thermo.cpp:438)\n"
                            "Last command: run 100\n") == "Lost atoms: original 108 current 107");
  CHECK(explore::last_error("ERROR on proc 1: Non-numeric atom coords - simulation unstable "
                            "(../domain.cpp:548)\n") ==
        "Non-numeric atom coords - simulation unstable");
  CHECK(explore::last_error("all is well\n").empty());
}
