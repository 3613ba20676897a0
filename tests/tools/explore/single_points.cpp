// Energies, forces, virial and γ of mlip/ace in LAMMPS against our own evaluator.
#include <doctest/doctest.h>

#include <cmath>

#include "ace/files.hpp"
#include "core/file.hpp"
#include "explore/lammps_input.hpp"
#include "fixture.hpp"

using namespace mlip;
using core::Mat3;
using core::Vec3;

namespace {

std::string single_point(const core::Structure& structure) {
  std::string elements;
  for (int number : explore::elements_of(structure)) elements += number == 13 ? " Al" : " Ni";
  return "units metal\nbox tilt large\nread_data start.data\npair_style mlip/ace\n"
         "pair_coeff * * test.yaml test.asi" +
         elements +
         "\n"
         "compute g all mlip/gamma/atom\ncompute pea all pe/atom\ncompute pes all reduce sum "
         "c_pea\n"
         "compute w all pressure NULL virial\ncompute sa all stress/atom NULL virial\n"
         "compute ss all reduce sum c_sa[1] c_sa[6]\n"
         "thermo_style custom step pe vol c_pes c_w[1] c_w[2] c_w[3] c_w[4] c_w[5] c_w[6] c_ss[1] "
         "c_ss[2]\n"
         "thermo_modify norm no\n"
         "dump 1 all custom 1 atoms.dump id fx fy fz c_g c_pea\ndump_modify 1 format float "
         "%.17g\nrun 0\n"
         "print \"pe $(pe:%.17g)\"\nprint \"atoms $(c_pes:%.17g)\"\nprint \"vol $(vol:%.17g)\"\n"
         "print \"xx $(c_w[1]:%.17g)\"\nprint \"yy $(c_w[2]:%.17g)\"\nprint \"zz "
         "$(c_w[3]:%.17g)\"\n"
         "print \"xy $(c_w[4]:%.17g)\"\nprint \"xz $(c_w[5]:%.17g)\"\nprint \"yz "
         "$(c_w[6]:%.17g)\"\n"
         "print \"sxx $(c_ss[1]:%.17g)\"\nprint \"syz $(c_ss[2]:%.17g)\"\n";
}

// eV from bar Å³: LAMMPS' own factor of units metal.
constexpr double bar_per_ev_per_a3 = 1.6021765e6;

void check_virial(const std::filesystem::path& folder, const Mat3& expected) {
  const double to_ev = fixture::printed(folder, "vol") / bar_per_ev_per_a3;
  const struct {
    const char* name;
    int i, j;
  } parts[] = {{"xx", 0, 0}, {"yy", 1, 1}, {"zz", 2, 2}, {"xy", 0, 1}, {"xz", 0, 2}, {"yz", 1, 2}};
  for (const auto& part : parts)
    CHECK(std::abs(fixture::printed(folder, part.name) * to_ev - expected(part.i, part.j)) < 1e-8);
  CHECK(std::abs(-fixture::printed(folder, "sxx") / bar_per_ev_per_a3 - expected(0, 0)) < 1e-8);
  CHECK(std::abs(-fixture::printed(folder, "syz") / bar_per_ev_per_a3 - expected(1, 2)) < 1e-8);
}

void compare(const core::Structure& structure, int ranks) {
  fixture::Folder folder("single_point");
  const auto potential = fixture::write_potential(folder.path());
  const auto frame = explore::make_frame(structure, 30);
  core::write_atomically(folder.path() / "start.data", explore::data_file(structure, frame));
  REQUIRE(fixture::run_script(folder.path(), single_point(structure), ranks).code == 0);

  const auto expected =
      potential.evaluator().evaluate(structure, {.gamma = true, .descriptors = false});
  CHECK(std::abs(fixture::printed(folder.path(), "pe") - expected.energy) < 1e-9);
  CHECK(std::abs(fixture::printed(folder.path(), "atoms") - expected.energy) < 1e-9);
  check_virial(folder.path(), frame.rotation * expected.virial * frame.rotation.transpose());
  const auto rows = fixture::dumped(folder.path() / "atoms.dump");
  REQUIRE(rows.size() == structure.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Vec3 force = frame.rotation.transpose() * Vec3(rows[i][1], rows[i][2], rows[i][3]);
    CHECK((force - expected.forces[i]).norm() < 1e-9);
    CHECK(std::abs(rows[i][4] - expected.gamma[i]) < 1e-9 * std::max(1.0, expected.gamma[i]));
    CHECK(std::abs(rows[i][5] - expected.energies[i]) < 1e-9);
  }
}

}  // namespace

TEST_CASE("a cubic crystal") {
  for (int ranks : {1, 2}) compare(fixture::crystal(3.9, 3, 0.1), ranks);
}

TEST_CASE("skewed cells of both hands") {
  for (int ranks : {1, 2})
    for (bool left_handed : {false, true}) compare(fixture::skewed(left_handed), ranks);
}

TEST_CASE("cells much shorter than the cutoff") {
  for (int ranks : {1, 2}) {
    compare(fixture::tiny(), ranks);
    compare(fixture::crystal(4.05, 1, 0.1), ranks);
  }
}

TEST_CASE("a cluster") {
  core::Structure cluster = fixture::crystal(3.9, 2, 0.1);
  cluster.cell = {};
  compare(cluster, 1);
}

TEST_CASE("coarse splines, where asked for") {
  fixture::Folder folder("splines");
  auto potential = fixture::write_potential(folder.path());
  potential.potential.delta_spline_bins = 0.1;
  ace::write_yaml(potential.potential, folder.path() / "test.yaml");
  const core::Structure structure = fixture::crystal(3.9, 2, 0.1);
  core::write_atomically(folder.path() / "start.data",
                         explore::data_file(structure, explore::make_frame(structure, 30)));
  const std::string script =
      "units metal\nread_data start.data\npair_style mlip/ace spline\n"
      "pair_coeff * * test.yaml NULL Al Ni\nthermo_modify norm no\nrun 0\n"
      "print \"pe $(pe:%.17g)\"\n";
  REQUIRE(fixture::run_script(folder.path(), script, 1).code == 0);
  const double found = fixture::printed(folder.path(), "pe");
  const ace::Evaluator splines(potential.potential, {}, ace::RadialMode::spline);
  CHECK(std::abs(found - splines.evaluate(structure).energy) < 1e-9);
  CHECK(std::abs(found - potential.evaluator().evaluate(structure).energy) > 1e-7);
}

TEST_CASE("energy is conserved without a thermostat") {
  fixture::Folder folder("nve");
  const auto potential = fixture::write_potential(folder.path());
  const core::Structure structure = fixture::crystal(3.9, 2, 0.05);
  core::write_atomically(folder.path() / "start.data",
                         explore::data_file(structure, explore::make_frame(structure, 30)));
  const std::string script =
      "units metal\nread_data start.data\npair_style mlip/ace\n"
      "pair_coeff * * test.yaml test.asi Al Ni\nvelocity all create 600 4711\nfix 1 all nve\n"
      "timestep 0.001\nthermo_modify norm no\nrun 0\nvariable e equal etotal\n"
      "print \"before $(v_e:%.17g)\"\nprint \"kinetic $(ke:%.17g)\"\nrun 500\nprint \"after "
      "$(v_e:%.17g)\"\n"
      "print \"left $(ke:%.17g)\"\n";
  REQUIRE(fixture::run_script(folder.path(), script, 1).code == 0);
  const double drift =
      fixture::printed(folder.path(), "after") - fixture::printed(folder.path(), "before");
  const double exchanged = std::abs(fixture::printed(folder.path(), "left") -
                                    fixture::printed(folder.path(), "kinetic"));
  MESSAGE("drift " << drift << " eV while " << exchanged << " eV went from kinetic to potential");
  CHECK(exchanged > 0.05);
  CHECK(std::abs(drift) < 0.02 * exchanged);
}
