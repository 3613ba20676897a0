#include "pipeline/starting_crystals.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "core/error.hpp"
#include "core/file.hpp"
#include "pipeline/plan.hpp"
#include "pipeline/session.hpp"

using namespace mlip;
using namespace mlip::pipeline;

namespace {

const Installation crystal_machine{{TEST_DATA "/pipeline/pseudopotentials"}, 2, "/opt/pw.x", {}};

const char* const b2_poscar =
    "B2\n2.89\n1 0 0\n0 1 0\n0 0 1\nNi Al\n1 1\nDirect\n0 0 0\n0.5 0.5 0.5\n";

std::string fcc_of(const std::string& symbol, double a) {
  return fmt::format(
      "{0}\n{1}\n1 0 0\n0 1 0\n0 0 1\n{0}\n4\nDirect\n0 0 0\n0 .5 .5\n.5 0 .5\n.5 .5 0\n", symbol,
      a);
}

/// A folder with an input.yaml and what it names.
struct InputFolder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / fmt::format("crystals_{}", getpid());

  InputFolder() {
    std::filesystem::create_directories(path / "cells");
    write("cells/NiAl.vasp", b2_poscar);
    write("Al.vasp", fcc_of("Al", 4.05));
    write("Ni.vasp", fcc_of("Ni", 3.52));
  }
  ~InputFolder() { std::filesystem::remove_all(path); }
  void write(const std::string& name, const std::string& text) const {
    core::write_atomically(path / name, text);
  }
  [[nodiscard]] std::filesystem::path input(const std::string& target,
                                            const std::string& more = "") const {
    write("input.yaml", "simulation_goal: {type: bulk}\ntarget_system: " + target + "\n" + more);
    return path / "input.yaml";
  }
  [[nodiscard]] Plan plan(const std::string& target, const std::string& more = "") const {
    return read_input(input(target, more), crystal_machine);
  }
  /// Without the folder's name.
  [[nodiscard]] std::string problems(const std::string& target,
                                     const std::string& more = "") const {
    try {
      (void)plan(target, more);
    } catch (const core::UserError& error) {
      std::string text = error.what();
      const std::string prefix = path.string() + '/';
      for (std::size_t at; (at = text.find(prefix)) != std::string::npos;)
        text.erase(at, prefix.size());
      return text;
    }
    return "";
  }
};

}  // namespace

TEST_CASE("elements and composition come from the crystals that are named") {
  const InputFolder folder;
  const Plan plan = folder.plan("{structures: [cells/NiAl.vasp, Ni.vasp]}");
  const auto& generate = plan.config.generate;
  CHECK(plan.config.elements == std::vector<std::string>{"Al", "Ni"});
  CHECK(generate.composition.at("Ni") == doctest::Approx(5.0 / 6));
  CHECK(generate.prototype == "given");
  REQUIRE(generate.crystals.size() == 2);
  CHECK(generate.crystals[0].name == "cells/NiAl.vasp");
  CHECK(generate.max_atoms == 4);
  CHECK(generate.lattice_constant == 0);
  CHECK(generate.closest == 0.75);
  // Lengths and repeats are those of the first.
  CHECK(plan.config.basis.cutoff ==
        doctest::Approx(2.27 * 2.89 * std::sqrt(3.0) / 2).epsilon(0.01));
  REQUIRE(generate.supercell_repeats.size() == 3);
  CHECK(generate.supercell_repeats[0] >= 2);
  CHECK(generate::ground_state(generate).formula() == "AlNi");
  CHECK(plan.reasons.at("composition") == "all atoms of target_system.structures");
  CHECK(plan.reasons.at("generate.crystals[1].name").starts_with("target_system.structures"));
  for (const auto& path : config::leaf_paths_of(plan.config)) CHECK(plan.reasons.contains(path));
}

TEST_CASE("what is given by hand holds, and has to agree") {
  const InputFolder folder;
  const std::string both = "structures: [Al.vasp, cells/NiAl.vasp]";
  CHECK(folder.plan("{elements: [Ni, Al], " + both + "}").config.elements.size() == 2);
  CHECK(folder.plan("{composition: {Al: 0.75, Ni: 0.25}, " + both + "}")
            .config.generate.composition.at("Al") == 0.75);
  CHECK(folder.problems("{elements: [Al], " + both + "}") ==
        "input.yaml:2: target_system.structures: 'cells/NiAl.vasp' holds 'Ni', which is not among "
        "the elements Al");
  CHECK(folder.problems("{elements: [Al, Cu, Ni], " + both + "}") ==
        "input.yaml:2: target_system.structures: none holds 'Cu': give a crystal that does, or "
        "leave it out of the elements");
  CHECK(folder.problems("{composition: {Al: 1}, " + both + "}") ==
        "input.yaml:2: target_system.composition: gives no fraction of 'Ni'");
  CHECK(folder.problems("{prototype: fcc, lattice_constant: 4, " + both + "}") ==
        "input.yaml:2: target_system.prototype: is of no use where structures are named: they are "
        "what it stands for\n"
        "input.yaml:2: target_system.lattice_constant: is of no use where structures are named: "
        "they have their own");
  CHECK(folder.problems("{structures: []}").find("must name at least one element, or structures") !=
        std::string::npos);
}

TEST_CASE("files that hold no crystal are told with place and remedy, all at once") {
  const InputFolder folder;
  folder.write("water.xyz", "3\n\nO 0 0 0\nH 0.96 0 0\nH -0.24 0.93 0\n");
  folder.write("overlap.vasp", "Al\n4\n1 0 0\n0 1 0\n0 0 1\nAl\n2\nDirect\n0 0 0\n0 0 0.1\n");
  folder.write("bad.cif",
               "data_x\n_cell_length_a x\n_cell_length_b 3\n_cell_length_c "
               "3\nloop_\n_atom_site_fract_x\n0\n");
  folder.write("two.xyz",
               "1\nLattice=\"3 0 0 0 3 0 0 0 3\" pbc=\"T T T\"\nAl 0 0 0\n1\n\nAl 0 0 0\n");
  CHECK(
      folder.problems("\n  structures:\n    - none.cif\n    - water.xyz\n    - overlap.vasp\n"
                      "    - bad.cif\n    - two.xyz\n") ==
      "input.yaml:4: target_system.structures[0]: cannot read 'none.cif': no such file or "
      "directory; check the path; the folder must exist\n"
      "input.yaml:5: target_system.structures[1]: 'water.xyz': not periodic along all axes, so no "
      "crystal; a crystal of extended XYZ has Lattice=\"...\" and pbc=\"T T T\"; molecules are "
      "the goal 'molecule', slabs 'mlip-auto generate surfaces'\n"
      "input.yaml:6: target_system.structures[2]: 'overlap.vasp': atom 1 (Al) lies 0.400 Å from "
      "atom 2 (Al); mend the file\n"
      "input.yaml:7: target_system.structures[3]: bad.cif:2: 'x' is no number\n"
      "input.yaml:8: target_system.structures[4]: 'two.xyz': structure 2: not periodic along all "
      "axes, so no crystal; a crystal of extended XYZ has Lattice=\"...\" and pbc=\"T T T\"; "
      "molecules are the goal 'molecule', slabs 'mlip-auto generate surfaces'");
  folder.write("H2.vasp", fcc_of("H", 4));
  CHECK(folder.problems("{structures: [H2.vasp]}", "seed: 2\n").empty());
}

TEST_CASE("a plan holds all of the crystals: a later change of a file is another run") {
  const InputFolder folder;
  const Plan plan = folder.plan("{structures: [Al.vasp]}");
  const std::string before = physics_of(plan.config);
  folder.write("plan.yaml", render_plan(plan));
  folder.write("Al.vasp", fcc_of("Al", 4.06));
  CHECK(physics_of(folder.plan("{structures: [Al.vasp]}").config) != before);
  std::filesystem::remove(folder.path / "Al.vasp");
  CHECK(physics_of(read_input(folder.path / "plan.yaml", crystal_machine).config) == before);
}

TEST_CASE("crystals of an edited plan are checked as others") {
  const InputFolder folder;
  const std::string text = render_plan(folder.plan("{structures: [Al.vasp]}"));
  const auto edited = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    const auto at = changed.find(from);
    REQUIRE(at != std::string::npos);
    changed.replace(at, from.size(), to);
    folder.write("plan.yaml", changed);
    try {
      (void)read_input(folder.path / "plan.yaml", crystal_machine);
    } catch (const core::UserError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(edited("[0, 2.025, 2.025]", "[0, 0.5, 0.5]").find("generate.crystals[0]: atom 1 (Al)") !=
        std::string::npos);
  CHECK(edited("[Al, Al, Al, Al]", "[Al, Al, Al, Ni]").find("'Ni' is not among the elements Al") !=
        std::string::npos);
  CHECK(edited("prototype: given", "prototype: fcc").find("must be 'given' or 'molecule'") !=
        std::string::npos);
  CHECK(folder.problems("{elements: [Al]}", "expert: {generate: {supercell_repeats: [2, 2]}}\n")
            .find("generate.supercell_repeats: must be three numbers, got 2") != std::string::npos);
  CHECK(folder.problems("{elements: [Al]}", "expert: {generate: {prototype: given}}\n")
            .find("is 'given', but generate.crystals are none") != std::string::npos);
}

TEST_CASE("atoms may come a little closer than those of a crystal under pressure") {
  const InputFolder folder;
  folder.write("pressed.vasp", fcc_of("Al", 2.6));  // 1.84 Å, 0.76 of the radii
  const auto& generate = folder.plan("{structures: [pressed.vasp]}").config.generate;
  CHECK(generate.closest == doctest::Approx(0.64));
}
