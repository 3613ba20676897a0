#include "dft/espresso/input.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "dft/espresso/acceptance.hpp"
#include "dft/espresso/launch.hpp"

using namespace mlip;
using namespace mlip::dft::espresso;

namespace {

Parameters iron_nickel() {
  Parameters parameters;
  parameters.species["Fe"] = {"/pseudo/Fe.UPF", "f", "pbe", 8, 2.2};
  parameters.species["Ni"] = {"/pseudo/Ni.UPF", "n", "pbe", 10, 0.6};
  parameters.ecutwfc_ry = 28;
  parameters.ecutrho_ry = 280;
  return parameters;
}

core::Structure cubic(double edge) {
  core::Structure structure;
  structure.cell.periodic = {true, true, true};
  structure.cell.vectors = core::Mat3::Identity() * edge;
  structure.numbers = {28, 26};
  structure.positions = {{0, 0, 0}, {1.0 / 3, edge / 2, edge / 2}};
  return structure;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the input of a periodic structure") {
  const std::string text = write_input(cubic(3.6), iron_nickel(), first_numerics(iron_nickel()));
  CHECK(has(text, "calculation = 'scf'"));
  CHECK(has(text, "tprnfor = .true."));
  CHECK(has(text, "tstress = .true."));
  CHECK(has(text, "disk_io = 'low'"));
  CHECK(has(text, "nat = 2\n  ntyp = 2\n  ecutwfc = 28\n  ecutrho = 280\n"));
  CHECK(has(text, "smearing = 'mv'\n  degauss = 0.03\n"));
  CHECK(has(text, "conv_thr = 1e-08"));
  CHECK(has(text, "Fe 55.84"));
  CHECK(has(text, "Ni.UPF\nK_POINTS automatic\n9 9 9 0 0 0\n"));
  CHECK(has(text,
            "Ni 0.00000000000000 0.00000000000000 0.00000000000000\n"
            "Fe 0.33333333333333 1.80000000000000 1.80000000000000\n"));
  CHECK_FALSE(has(text, "nspin"));
  CHECK_FALSE(has(text, "nosym"));
  CHECK_FALSE(has(text, "startingpot"));
}

TEST_CASE("start moments are fractions of the valence") {
  Parameters parameters = iron_nickel();
  parameters.spin_polarized = true;
  Numerics numerics = first_numerics(parameters);
  std::string text = write_input(cubic(3.6), parameters, numerics);
  CHECK(has(text,
            "nspin = 2\n  starting_magnetization(1) = 0.275000\n"
            "  starting_magnetization(2) = 0.060000\n"));
  numerics.moment_factor = 5;
  text = write_input(cubic(3.6), parameters, numerics);
  CHECK(has(text, "starting_magnetization(1) = 1.000000"));
  parameters.occupations = "fixed";
  text = write_input(cubic(3.6), parameters, numerics);
  CHECK(has(text, "tot_magnetization = 3\n"));
  CHECK_FALSE(has(text, "degauss"));
}

TEST_CASE("numerics change the input where they should") {
  Numerics numerics = first_numerics(iron_nickel());
  numerics.mixing_mode = "local-TF";
  numerics.mixing_beta = 0.3;
  numerics.diagonalization = "cg";
  numerics.degauss_factor = 2;
  numerics.band_factor = 1.2;
  numerics.start_from_density = numerics.start_from_wavefunctions = true;
  const std::string text = write_input(cubic(3.6), iron_nickel(), numerics);
  CHECK(has(text, "mixing_mode = 'local-TF'"));
  CHECK(has(text, "mixing_beta = 0.3"));
  CHECK(has(text, "diagonalization = 'cg'\n  diago_cg_maxiter = 100"));
  CHECK(has(text, "degauss = 0.06"));
  CHECK(has(text, "nbnd = 17"));
  CHECK(has(text, "startingpot = 'file'\n  startingwfc = 'file'"));
}

TEST_CASE("bands are written by the moments that a run begins with") {
  Parameters parameters = iron_nickel();
  Numerics numerics = first_numerics(parameters);
  CHECK(has(write_input(cubic(3.6), parameters, numerics), "nbnd = 13"));
  parameters.spin_polarized = true;
  CHECK(has(write_input(cubic(3.6), parameters, numerics), "nbnd = 15"));
  numerics.start.moments = {{26, 4.0}, {28, 2.0}};
  CHECK(has(write_input(cubic(3.6), parameters, numerics), "nbnd = 17"));
}

TEST_CASE("a constant effective cutoff is written and is another level of theory") {
  Parameters parameters = iron_nickel();
  const Numerics numerics = first_numerics(parameters);
  CHECK_FALSE(has(write_input(cubic(3.6), parameters, numerics), "ecfixed"));
  parameters.ecfixed_ry = 12.5;
  CHECK(has(write_input(cubic(3.6), parameters, numerics),
            "  ecfixed = 12.5\n  qcutz = 37.5\n  q2sigma = 2\n"));
}

TEST_CASE("k-point grids are odd, follow the spacing and the axes that repeat") {
  Parameters parameters = iron_nickel();
  CHECK(k_grid(cubic(4.0), parameters) == std::array{7, 7, 7});  // 0.224 at 0.22: within 5 %
  const auto repeated = core::repeat(cubic(4.05), {2, 2, 2});
  CHECK(k_grid(repeated, parameters) == std::array{5, 5, 5});  // 3.5 is not enough, 4 is even
  CHECK(k_grid(cubic(40), parameters) == std::array{1, 1, 1});
  auto flat = cubic(4.0);
  flat.cell.vectors(2, 2) = 8;
  CHECK(k_grid(flat, parameters) == std::array{7, 7, 5});
  flat.cell.vectors(2, 2) = 9.5;  // atoms at 0 and 2 Å: a slab and vacuum, wherever it lies
  CHECK(k_grid(flat, parameters) == std::array{7, 7, 1});
  for (auto& position : flat.positions) position.z() += 8;
  CHECK(k_grid(flat, parameters) == std::array{7, 7, 1});
  flat.cell.vectors(2, 2) = 8;
  flat.cell.periodic[2] = false;
  CHECK(k_grid(flat, parameters) == std::array{7, 7, 1});
  parameters.isolated = true;
  CHECK(k_grid(cubic(4.0), parameters) == std::array{1, 1, 1});
}

TEST_CASE("clusters and missing vectors get vacuum") {
  core::Structure cluster;
  cluster.numbers = {28, 26};
  cluster.positions = {{-1, 0, 0}, {1, 0.5, 0}};
  auto box = boxed(cluster);
  CHECK(box.cell.vectors.isApprox(core::Mat3::Identity() * 12));
  CHECK(box.positions == cluster.positions);
  cluster.positions[1][0] = 19;
  CHECK(boxed(cluster).cell.vectors(0, 0) == doctest::Approx(44));
  auto slab = cubic(4);
  slab.cell.vectors.row(2).setZero();
  slab.cell.periodic[2] = false;
  CHECK(boxed(slab).cell.vectors(2, 2) == doctest::Approx(12));
  auto chain = slab;
  chain.cell.vectors.row(1).setZero();
  chain.cell.periodic[1] = false;
  CHECK(boxed(chain).cell.volume() > 4 * 100);
  const auto whole = cubic(4);
  CHECK(boxed(whole).cell == whole.cell);
}

TEST_CASE("an isolated system is Γ only, without images and stress") {
  Parameters parameters = iron_nickel();
  parameters.isolated = true;
  core::Structure atom;
  atom.numbers = {28};
  atom.positions = {{0, 0, 0}};
  const std::string text = write_input(atom, parameters, first_numerics(parameters));
  CHECK(has(text, "assume_isolated = 'mt'"));
  CHECK(has(text, "K_POINTS gamma"));
  CHECK(has(text, "tstress = .false."));
  CHECK(has(text, "ntyp = 1"));
  CHECK(has(text, "10.00000000000000 0.00000000000000"));
}

TEST_CASE("an element without pseudopotential is refused by name") {
  auto structure = cubic(3.6);
  structure.numbers[0] = 79;
  CHECK_THROWS_WITH_AS((void)write_input(structure, iron_nickel(), first_numerics(iron_nickel())),
                       "no pseudopotential for 'Au'", core::UserError);
}

TEST_CASE("the distances that are refused before any run") {
  auto structure = cubic(3.6);
  CHECK(check_structure(structure).fault == Fault::none);
  structure.positions[1] = {0.9, 0, 0};
  CHECK(check_structure(structure).fault == Fault::atoms_too_close);
  structure.positions[1] = {3.6 - 0.9, 0, 0};  // across the boundary
  CHECK(check_structure(structure).fault == Fault::atoms_too_close);
  structure.positions[1] = {1.3, 0, 0};
  CHECK(check_structure(structure).fault == Fault::none);
  structure.positions[1][0] = std::numeric_limits<double>::infinity();
  CHECK(check_structure(structure).fault == Fault::bad_structure);
  CHECK(check_structure({}).fault == Fault::bad_structure);
}

TEST_CASE("what pw.x is started with") {
  const auto serial = launch_environment(1);
  CHECK(serial.at("OMP_NUM_THREADS") == "1");
  CHECK(serial.at("OPENBLAS_NUM_THREADS") == "1");
  CHECK(serial.at("GFORTRAN_UNBUFFERED_PRECONNECTED") == "y");
  CHECK(serial.at("OMPI_MCA_ess_singleton_isolated") == "1");
  const auto parallel = launch_environment(2);
  CHECK(parallel.at("OMPI_ALLOW_RUN_AS_ROOT") == "1");
  CHECK(parallel.at("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM") == "1");
  CHECK_FALSE(parallel.contains("OMPI_MCA_ess_singleton_isolated"));
  CHECK(launch_arguments("/usr/bin/pw.x", 1, 14) ==
        std::vector<std::string>{"/usr/bin/pw.x", "-in", "pw.in"});
  const auto pools = launch_arguments("pw.x", 2, 14);
  CHECK(std::filesystem::path(pools[0]).is_absolute());
  CHECK(pools[pools.size() - 4] == "-nk");
  CHECK(pools[pools.size() - 3] == "2");
  CHECK(launch_arguments("pw.x", 2, 1)[10] == "1");
  CHECK(launch_arguments("pw.x", 16, 14)[10] == "8");
  CHECK(launch_arguments("pw.x", 6, 4)[10] == "3");
}
