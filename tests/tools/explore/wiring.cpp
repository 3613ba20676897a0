// The path our pair styles take through LAMMPS, against LAMMPS' own Lennard-Jones.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "core/file.hpp"
#include "explore/doctor.hpp"
#include "explore/molecular_dynamics.hpp"
#include "fixture.hpp"

using namespace mlip;

namespace {

const char* const start =
    "units lj\nlattice fcc 0.8442\nregion box prism 0 5 0 4 0 4 0.7 -0.4 0.3\n"
    "create_box 1 box\ncreate_atoms 1 box\nmass 1 1.0\n"
    "displace_atoms all random 0.05 0.05 0.05 4711\nvelocity all create 1.44 87287 loop geom\n"
    "pair_style lj/cut 2.5\npair_coeff * * 1.0 1.0\nwrite_data start.data nocoeff\n";

std::string melt(const std::string& style, int steps) {
  return "units lj\nread_data start.data\npair_style " + style +
         " 2.5\npair_coeff * * 1.0 1.0\n"
         "neighbor 0.3 bin\nneigh_modify delay 0 every 1 check yes\nfix 1 all nve\n"
         "compute pea all pe/atom\ncompute pes all reduce sum c_pea\n"
         "compute sa all stress/atom NULL virial\n"
         "compute ss all reduce sum c_sa[1] c_sa[4]\n"
         "thermo_style custom step pe etotal press pxx pxy c_pes c_ss[1] c_ss[2]\n"
         "thermo_modify norm no\n"
         "dump 1 all custom " +
         std::to_string(std::max(1, steps)) +
         " forces.dump id fx fy fz\n"
         "dump_modify 1 format float %.17g\nrun " +
         std::to_string(steps) +
         "\n"
         "print \"pe $(pe:%.17g)\"\nprint \"press $(press:%.17g)\"\nprint \"pxy $(pxy:%.17g)\"\n"
         "print \"atoms $(c_pes:%.17g)\"\nprint \"stress $(c_ss[1]:%.17g)\"\n"
         "print \"shear $(c_ss[2]:%.17g)\"\n";
}

void compare(int ranks, int steps, double tolerance) {
  fixture::Folder ours("wiring_ours"), own("wiring_own");
  REQUIRE(fixture::run_script(own.path(), start, 1).code == 0);
  std::filesystem::copy_file(own.path() / "start.data", ours.path() / "start.data");
  REQUIRE(fixture::run_script(own.path(), melt("lj/cut", steps), 1).code == 0);
  REQUIRE(fixture::run_script(ours.path(), melt("mlip/lj", steps), ranks).code == 0);
  CAPTURE(ranks);
  for (const char* name : {"pe", "press", "pxy", "atoms", "stress", "shear"}) {
    CAPTURE(name);
    const double expected = fixture::printed(own.path(), name);
    CHECK(std::abs(fixture::printed(ours.path(), name) - expected) <
          tolerance * std::max(1.0, std::abs(expected)));
  }
  const auto a = fixture::dumped(own.path() / "forces.dump");
  const auto b = fixture::dumped(ours.path() / "forces.dump");
  REQUIRE(a.size() == b.size());
  REQUIRE(a.size() > 300);
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t k = 0; k < 4; ++k) largest = std::max(largest, std::abs(a[i][k] - b[i][k]));
  CHECK(largest < tolerance);
}

}  // namespace

TEST_CASE("energies, forces and pressures are those of lj/cut, on one rank and on two") {
  for (int ranks : {1, 2}) {
    compare(ranks, 0, 1e-11);
    compare(ranks, 100, 1e-8);
  }
}

TEST_CASE("the doctor's tiny run works here") {
  fixture::Folder folder("doctor");
  const auto finding = explore::check_lammps(folder.path() / "run");
  INFO(finding.detail);
  CHECK(finding.works);
  CHECK(finding.version.starts_with("29 Sep 2021"));
}

TEST_CASE("the host is found beside the running program") {
  fixture::Folder folder("beside");
  unsetenv("MLIP_LAMMPS");
  CHECK(std::filesystem::equivalent(explore::lammps_host(), BUILD_DIR "/mlip-lammps"));
}

TEST_CASE("wrong input of our styles ends with a message") {
  fixture::Folder folder("messages");
  const std::string box =
      "units metal\nregion box block 0 9 0 9 0 9\ncreate_box 1 box\ncreate_atoms 1 single 1 1 "
      "1\nmass 1 1\n";
  struct Wrong {
    std::string script, message;
  };
  for (const Wrong& wrong :
       {Wrong{"pair_style mlip/ace 5\n", "expected: pair_style mlip/ace"},
        Wrong{"pair_style mlip/ace\npair_coeff * * nowhere.yaml NULL Al\nrun 0\n", "nowhere.yaml"},
        Wrong{"pair_style mlip/ace\npair_coeff * * nowhere.yaml NULL\nrun 0\n",
              "expected: pair_coeff"},
        Wrong{"pair_style mlip/lj 3\npair_coeff * * 1 1\ncompute g all mlip/gamma/atom\nrun 0\n",
              "needs pair_style mlip/ace"},
        Wrong{"fix w all mlip/watch 1 2\n", "expected: fix"}}) {
    const auto done = fixture::run_script(folder.path(), box + wrong.script, 1);
    CHECK(done.code == 1);
    CAPTURE(wrong.script);
    const std::string said = core::read_file(folder.path() / "output.txt") +
                             core::read_file(folder.path() / "errors.txt");
    CHECK(said.find("ERROR") != std::string::npos);
    CHECK(said.find(wrong.message) != std::string::npos);
  }
}
