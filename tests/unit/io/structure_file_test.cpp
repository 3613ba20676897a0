#include "io/structure_file.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>

#include "core/error.hpp"
#include "core/file.hpp"

using namespace mlip;

TEST_CASE("the name of a file tells its format") {
  const auto folder =
      std::filesystem::temp_directory_path() / ("structure_file_" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  const auto read = [&](const char* name, const char* text) {
    core::write_atomically(folder / name, text);
    return io::read_structures(folder / name);
  };
  const char* const cif =
      "data_x\n_cell_length_a 3\n_cell_length_b 3\n_cell_length_c 3\n_cell_angle_alpha 90\n"
      "_cell_angle_beta 90\n_cell_angle_gamma 90\nloop_\n_atom_site_type_symbol\n"
      "_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\nFe 0 0 0\n";
  const char* const xyz =
      "1\nLattice=\"3 0 0 0 3 0 0 0 3\" pbc=\"T T T\"\nNi 0 0 0\n1\n\nCu 0 0 0\n";
  const char* const poscar = "Al\n3\n1 0 0\n0 1 0\n0 0 1\nAl\n1\nDirect\n0 0 0\n";
  for (const char* name : {"a.cif", "A.CIF"}) CHECK(read(name, cif).at(0).numbers.at(0) == 26);
  for (const char* name : {"a.xyz", "a.extxyz", "A.XYZ"}) CHECK(read(name, xyz).size() == 2);
  for (const char* name : {"POSCAR", "CONTCAR", "a.vasp"})
    CHECK(read(name, poscar).at(0).cell.vectors(2, 2) == 3);
  CHECK_THROWS_WITH_AS((void)read("empty.xyz", ""), doctest::Contains("holds no structures"),
                       core::UserError);
  CHECK_THROWS_AS((void)io::read_structures(folder / "none"), core::UserError);
  std::filesystem::remove_all(folder);
}
