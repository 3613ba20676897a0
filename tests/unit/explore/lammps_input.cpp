#include "explore/lammps_input.hpp"

#include <doctest/doctest.h>

#include <sstream>

using namespace mlip;
using explore::LammpsFrame;

namespace {

core::Structure nickel_aluminium() {
  core::Structure structure;
  structure.cell.vectors << 2.9, 0, 0, 0, 2.9, 0, 0, 0, 2.9;
  structure.cell.periodic = {true, true, true};
  structure.numbers = {28, 13};
  structure.positions = {{0, 0, 0}, {1.45, 1.45, 1.4500000000000002}};
  return structure;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the data file numbers types by atomic number and keeps every digit") {
  const auto structure = nickel_aluminium();
  const std::string text = explore::data_file(structure, explore::make_frame(structure, 30));
  CHECK(contains(text, "2 atoms\n2 atom types\n"));
  CHECK(contains(text, "0 2.9 xlo xhi\n"));
  CHECK_FALSE(contains(text, "xy xz yz"));
  CHECK(contains(text, "\n1 26.98"));
  CHECK(contains(text, "\n2 58.69"));
  CHECK(contains(text, "\n1 2 0 0 0\n"));
  CHECK(contains(text, "\n2 1 1.45 1.45 1.4500000000000002\n"));
}

TEST_CASE("a tilted cell has its tilts in the data file") {
  auto structure = nickel_aluminium();
  structure.cell.vectors(1, 0) = 0.25;
  structure.cell.vectors(2, 1) = -0.5;
  const auto frame = explore::make_frame(structure, 30);
  CHECK(frame.triclinic());
  CHECK(contains(explore::data_file(structure, frame), "0.25 0 -0.5 xy xz yz\n"));
}

TEST_CASE("the script says what the options say") {
  const auto structure = nickel_aluminium();
  explore::Options options;
  options.timestep_fs = 1.5;
  options.start_temperature = 300;
  options.end_temperature = 900;
  options.steps = 1234;
  const auto frame = explore::make_frame(structure, 30);
  std::string text = explore::script(structure, frame, options, 5);
  CHECK(contains(text, "units metal\n"));
  CHECK(contains(text, "pair_coeff * * potential.yaml potential.asi Al Ni\n"));
  CHECK(contains(text, "timestep 0.0015\n"));
  CHECK(contains(text, "fix integrate all nve\nfix heat all langevin 300 900 0.1 "));
  CHECK(contains(text, "fix watch all mlip/watch 10 2 100 100 20 samples.txt excursion\n"));
  CHECK(contains(text, "run 1234\n"));
  CHECK(text == explore::script(structure, frame, options, 5));
  CHECK(text != explore::script(structure, frame, options, 6));

  options.constant_pressure = true;
  text = explore::script(structure, frame, options, 5);
  CHECK(contains(text, "fix integrate all npt temp 300 900 0.1 aniso 0.0 0.0 1\n"));
  CHECK_FALSE(contains(text, "langevin"));

  auto tilted = structure;
  tilted.cell.vectors(1, 0) = 0.3;
  CHECK(contains(explore::script(tilted, explore::make_frame(tilted, 30), options, 5),
                 " tri 0.0 0.0 1\n"));
}

TEST_CASE("a cell that does not repeat everywhere keeps its size") {
  auto structure = nickel_aluminium();
  structure.cell.periodic = {true, true, false};
  explore::Options options;
  options.constant_pressure = true;
  const std::string text =
      explore::script(structure, explore::make_frame(structure, 30), options, 5);
  CHECK(contains(text, "fix heat all langevin"));
  CHECK_FALSE(contains(text, "npt"));
}

TEST_CASE("seeds are in the range that LAMMPS takes") {
  const auto structure = nickel_aluminium();
  const auto frame = explore::make_frame(structure, 30);
  for (std::uint64_t seed :
       {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0}, std::uint64_t{1} << 63}) {
    std::istringstream words(explore::script(structure, frame, {}, seed));
    for (std::string word; words >> word;) {
      if (word != "create") continue;
      double temperature = 0;
      long number = 0;
      words >> temperature >> number;
      CHECK(number >= 1);
      CHECK(number <= 900000000);
    }
  }
}
