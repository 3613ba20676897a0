// target_system.structures with the goal 'molecule'.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "core/error.hpp"
#include "core/file.hpp"
#include "core/neighbor_list.hpp"
#include "pipeline/plan.hpp"
#include "pipeline/session.hpp"

using namespace mlip;
using namespace mlip::pipeline;

namespace {

const Installation molecule_machine{{TEST_DATA "/pipeline/pseudopotentials"}, 2, "/opt/pw.x", {}};

struct MoleculeFolder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / fmt::format("molecules_{}", getpid());

  MoleculeFolder() {
    std::filesystem::create_directories(path);
    write("water.xyz", "3\n\nO 0 0 0.12\nH 0 0.76 -0.47\nH 0 -0.76 -0.47\n");
    // Cut by its periodic box.
    write("hydrogen.xyz",
          "2\nLattice=\"9 0 0 0 9 0 0 0 9\" pbc=\"T T T\"\nH 0 0 0.2\nH 0 0 8.46\n");
    write("oxygen.xyz", "2\n\nO 0 0 0\nO 0 0 1.21\n");
  }
  ~MoleculeFolder() { std::filesystem::remove_all(path); }
  void write(const std::string& name, const std::string& text) const {
    core::write_atomically(path / name, text);
  }
  [[nodiscard]] Plan plan(const std::string& structures, const std::string& more = "") const {
    write("input.yaml", "simulation_goal: {type: molecule, temperature: 500}\n" +
                            fmt::format("target_system: {{structures: [{}]}}\n", structures) +
                            "level_of_theory: {calculator: 'ase.calculators.emt:EMT'}\n" + more);
    return read_input(path / "input.yaml", molecule_machine);
  }
  [[nodiscard]] std::string problem(const std::string& structures) const {
    try {
      (void)plan(structures);
    } catch (const core::UserError& error) {
      return error.what();
    }
    return "";
  }
};

}  // namespace

TEST_CASE("a run of molecules from files: a box, bonds, walks of one molecule") {
  const MoleculeFolder folder;
  const Plan plan = folder.plan("water.xyz, hydrogen.xyz");
  const auto& config = plan.config;
  CHECK(config.elements == std::vector<std::string>{"H", "O"});
  CHECK(config.generate.prototype == "molecule");
  CHECK(config.generate.composition.at("H") == doctest::Approx(0.8));
  REQUIRE(config.generate.crystals.size() == 2);
  const auto hydrogen = generate::structure_of(config.generate.crystals[1]);
  CHECK((hydrogen.positions[0] - hydrogen.positions[1]).norm() == doctest::Approx(0.74));
  CHECK(config.dft.isolated);
  CHECK(config.dft.occupations == "fixed");
  CHECK_FALSE(config.dft.spin_polarized);
  CHECK(config.loop.walk_repeats == std::vector<int>{1, 1, 1});
  CHECK(config.loop.walk_strain == 0);
  CHECK(config.loop.eos_points == 0);
  CHECK(config.generate.supercells == 0);
  CHECK(config.generate.bond_lengths == 8);
  CHECK(config.generate.longest_bond == 1.5);
  CHECK(config.generate.molecule_pairs == 8);  // there are two
  CHECK(config.basis.lmax_by_orders.size() == 4);
  CHECK(config.basis.cutoff == 5.5);
  CHECK(config.generate.mode_temperatures == std::vector<double>{600, 2400});
  for (const auto& path : config::leaf_paths_of(config)) {
    CAPTURE(path);
    CHECK(plan.reasons.contains(path));
  }
  // The plan is an input too, and holds the molecules.
  folder.write("plan.yaml", render_plan(plan));
  std::filesystem::remove(folder.path / "water.xyz");
  CHECK(physics_of(read_input(folder.path / "plan.yaml", molecule_machine).config) ==
        physics_of(config));
}

TEST_CASE("one molecule is alone; one with open shells has spins, and all others with it") {
  const MoleculeFolder folder;
  const auto water = folder.plan("water.xyz").config;
  CHECK(water.generate.molecule_pairs == 0);
  CHECK(water.basis.cutoff == 4);
  const auto oxygen = folder.plan("oxygen.xyz, water.xyz");
  CHECK(oxygen.config.dft.spin_polarized);
  CHECK(oxygen.config.dft.occupations == "smearing");
  CHECK(oxygen.config.generate.longest_bond == 2);
  CHECK(oxygen.reasons.at("dft.occupations").starts_with("O2 may have open shells"));
}

TEST_CASE("files that hold no molecule are told with place and remedy") {
  const MoleculeFolder folder;
  folder.write("copper.vasp",
               "Cu\n3.6\n1 0 0\n0 1 0\n0 0 1\nCu\n4\nDirect\n0 0 0\n0 .5 .5\n"
               ".5 0 .5\n.5 .5 0\n");
  folder.write("two.xyz",
               "3\n\nO 0 0 0.12\nH 0 0.76 -0.47\nH 0 -0.76 -0.47\n2\n\nH 0 0 0\nH 0 0 5\n");
  folder.write("overlap.xyz", "2\n\nH 0 0 0\nH 0 0 0.2\n");
  const auto crystal = folder.problem("copper.vasp");
  CHECK(crystal.find("input.yaml:2: target_system.structures[0]: ") != std::string::npos);
  CHECK(crystal.find("bonds join it to its own images") != std::string::npos);
  CHECK(crystal.find("crystals are other goals'") != std::string::npos);
  const auto apart = folder.problem("water.xyz, two.xyz");
  CHECK(apart.find("target_system.structures[1]: ") != std::string::npos);
  CHECK(apart.find("structure 2: the structure is no molecule: bonds hold 1 of its 2 atoms") !=
        std::string::npos);
  CHECK(folder.problem("overlap.xyz").find("lies 0.200 Å from atom 2") != std::string::npos);
}
