#include "io/cif.hpp"

#include <doctest/doctest.h>

#include <sstream>
#include <string>

#include "core/error.hpp"

using namespace mlip;

namespace {

core::Structure cif_of(const std::string& text) {
  std::istringstream in(text);
  return io::read_cif(in, "a.cif");
}

const std::string cubic_cif =
    "data_x\n_cell_length_a 5.64(1)\n_cell_length_b 5.64\n_cell_length_c 5.64\n"
    "_cell_angle_alpha 90\n_cell_angle_beta 90\n_cell_angle_gamma 90\n";

const std::string cif_atoms =
    "loop_\n_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n"
    "_atom_site_fract_y\n_atom_site_fract_z\n_atom_site_occupancy\n";

void cif_refused(const std::string& text, const char* because) {
  CAPTURE(text);
  CHECK_THROWS_WITH_AS((void)cif_of(text), doctest::Contains(because), core::UserError);
}

}  // namespace

TEST_CASE("rock salt from two sites and four translations") {
  const auto salt = cif_of(
      "# from a database\n" + cubic_cif +
      "_space_group_name_H-M_alt 'F m -3 m'\nloop_\n_space_group_symop_id\n"
      "_space_group_symop_operation_xyz\n1 'x, y, z'\n2 \"x,1/2+y,z+1/2\"\n3 'x+0.5,y,z+1/2'\n"
      "4 X+1/2,Y+1/2,Z\n5 -x,-y,-z\n" +
      cif_atoms + "Na1 Na+ 0 0 0 1.0\nCl1 Cl- 0.5(0) 0.5 0.5 1 # the other\n" +
      "_publ_text\n;\nloop_ 'not a word of it\n;\n");
  CHECK(salt.formula() == "Cl4Na4");
  CHECK(salt.cell.all_periodic());
  CHECK(salt.cell.volume() == doctest::Approx(5.64 * 5.64 * 5.64));
  CHECK(core::minimum_distance(salt) == doctest::Approx(2.82));
}

TEST_CASE("hexagonal cells, and sites at rounded places") {
  const auto titanium = cif_of(
      "data_bibliography\n_journal_name 'Acta'\ndata_Ti\n_cell_length_a 2.95\n_cell_length_b 2.95\n"
      "_cell_length_c 4.68\n_cell_angle_alpha 90\n_cell_angle_beta 90\n_cell_angle_gamma 120\n"
      "loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n-y,x-y,z\n-x+y,-x,z\n-x,-y,z+1/2\ny,-x+y,1/2+z\n"
      "loop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n"
      "Ti1 0.3333 0.6667 0.25\n");
  CHECK(titanium.size() == 2);
  CHECK(titanium.numbers[0] == 22);
  CHECK(titanium.cell.vectors(1, 0) == doctest::Approx(-2.95 / 2));
  CHECK(core::minimum_distance(titanium) == doctest::Approx(2.8966).epsilon(1e-3));
}

TEST_CASE("files of no use are named with their line") {
  const std::string salt = cubic_cif + cif_atoms + "Na1 Na 0 0 0 1\n";
  CHECK(cif_of(salt).size() == 1);
  cif_refused("", "no data block has atoms");
  cif_refused("data_x\n_cell_length_a\n", "a.cif:2: '_cell_length_a' has no value");
  cif_refused("hello\n", "a.cif:1: expected a name, found 'hello'");
  cif_refused(cubic_cif + cif_atoms + "Na1 Na 0 0 0 0.5\n", "occupancy of 0.5");
  cif_refused(cubic_cif + cif_atoms + "Na1 Na 0 0 0 1\nK1 K 0 0 0.001 1\n", "share a site");
  cif_refused(cubic_cif + cif_atoms + "Na1 Na 0 0 0\n", "a loop of 6 columns has 5 values");
  cif_refused(cubic_cif + cif_atoms + "Na1 Na 0 ? 0 1\n", "'?' is no number");
  cif_refused(cubic_cif + cif_atoms + "Qq1 Qq 0 0 0 1\n", "unknown element 'Qq'");
  cif_refused(
      cubic_cif + "_symmetry_space_group_name_H-M 'F m -3 m'\n" + cif_atoms + "Na1 Na 0 0 0 1\n",
      "'F m -3 m' without its operations");
  cif_refused(
      cubic_cif + "loop_\n_symmetry_equiv_pos_as_xyz\nx,y\n" + cif_atoms + "Na1 Na 0 0 0 1\n",
      "'x,y' is no symmetry operation");
  cif_refused(
      cubic_cif + "loop_\n_symmetry_equiv_pos_as_xyz\nx,y,y\n" + cif_atoms + "Na1 Na 0 0 0 1\n",
      "no symmetry operation");
  cif_refused(
      cubic_cif + "loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z+1/0\n" + cif_atoms + "Na1 Na 0 0 0 1\n",
      "no symmetry operation");
  cif_refused("data_x\n_a 'open\n", "a quote is never closed");
  cif_refused("data_x\n_a\n;open\n", "never ended");
  cif_refused("data_x\nloop_\n1 2\n", "names no columns");
  cif_refused("data_x\n" + cif_atoms + "Na1 Na 0 0 0 1\n", "has no '_cell_length_a'");
  std::string flat = salt;
  flat.replace(flat.find("gamma 90"), 8, "gamma 0");
  cif_refused(flat, "span no cell");
}
