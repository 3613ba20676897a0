#include "pipeline/user_config.hpp"

#include <doctest/doctest.h>

#include "core/error.hpp"

using namespace mlip;
using pipeline::UserConfig;

namespace {

UserConfig read(const std::string& text) {
  return config::read_text<UserConfig>(text, "input.yaml");
}

std::string problems_of(const std::string& text) {
  try {
    (void)read(text);
  } catch (const core::UserError& error) {
    return error.what();
  }
  return "";
}

/// Problems of a target system (on line 1).
std::string target(const std::string& text) {
  return problems_of("target_system: {" + text + "}\nsimulation_goal: {type: bulk}\n");
}

}  // namespace

TEST_CASE("elements and a goal are enough") {
  const UserConfig user = read("target_system: {elements: [Fe, Ni]}\nsimulation_goal: {}\n");
  CHECK(user.simulation_goal.type == "bulk");
  CHECK(user.composition() == std::map<std::string, double>{{"Fe", 0.5}, {"Ni", 0.5}});
  CHECK(user.temperature() == 300);
  CHECK(user.resources.wall_time == 7200);
  CHECK(user.seed == 1);
  CHECK(user.expert.empty());
}

TEST_CASE("everything an input can say") {
  const UserConfig user = read(R"(
target_system: {elements: [Al], composition: {Al: 1}, prototype: fcc, lattice_constant: 4 A}
simulation_goal: {type: diffusion, pressure: 50 kbar}
resources: {cores: 2, wall_time: 2 h}
seed: 9
level_of_theory: {functional: pz, pseudopotentials: {Al: Al.UPF}}
expert: {loop: {picks: 3}}
)");
  CHECK(user.target_system.lattice_constant == 4);
  CHECK(user.simulation_goal.pressure == doctest::Approx(5));
  CHECK(user.temperature() == 1000);
  CHECK(user.resources.wall_time == 7200);
  CHECK(user.level_of_theory.pseudopotentials.at("Al") == "Al.UPF");
  CHECK(user.expert.find("loop.picks")->text == "3");
}

TEST_CASE("what is missing") {
  CHECK(problems_of("target_system: {}\n") ==
        "input.yaml:1: target_system.elements: must name at least one element, or structures the "
        "files of crystals or molecules that hold some\n"
        "input.yaml:1: missing key 'simulation_goal' in the file: what the potential is for");
}

TEST_CASE("impossible elements") {
  CHECK(target("elements: []") ==
        "input.yaml:1: target_system.elements: must name at least one element, or structures the "
        "files of crystals or molecules that hold some");
  CHECK(target("elements: [Alu]") ==
        "input.yaml:1: target_system.elements: unknown element 'Alu'; did you mean 'Al'?");
  CHECK(target("elements: [Al, Al]") == "input.yaml:1: target_system.elements: 'Al' stands twice");
}

TEST_CASE("impossible compositions, each at its line") {
  const auto composition = [](const std::string& text) {
    return problems_of("target_system:\n  elements: [Fe, Ni]\n  composition:" + text +
                       "\nsimulation_goal: {}\n");
  };
  CHECK(composition("\n    Fe: -0.5\n    Ni: 1.5") ==
        "input.yaml:4: target_system.composition.Fe: must be greater than 0, got -0.5");
  CHECK(composition("\n    Fe: 0.5\n    Ni: 0.6") ==
        "input.yaml:3: target_system.composition: fractions must sum to 1, they sum to 1.1");
  CHECK(composition("\n    Fe: 0.5\n    Ni: 0.5000009") == "");
  CHECK(composition("\n    Fe: 0.5\n    Ni: 0.500002") ==
        "input.yaml:3: target_system.composition: fractions must sum to 1, they sum to 1");
  CHECK(composition("\n    Fe: 0.5\n    Nj: 0.5")
            .find("input.yaml:5: target_system.composition.Nj: unknown element 'Nj'; did you mean "
                  "'N'?") != std::string::npos);
  CHECK(composition("\n    Fe: 0.4\n    Ni: 0.3\n    Al: 0.3") ==
        "input.yaml:6: target_system.composition.Al: 'Al' is not among the elements Fe, Ni");
  CHECK(composition("\n    Fe: 1") ==
        "input.yaml:3: target_system.composition: gives no fraction of 'Ni'");
  CHECK(composition(" {}") ==
        "input.yaml:3: target_system.composition: gives no fraction of 'Fe'\n"
        "input.yaml:3: target_system.composition: gives no fraction of 'Ni'\n"
        "input.yaml:3: target_system.composition: fractions must sum to 1, they sum to 0");
}

TEST_CASE("impossible goals and resources") {
  const auto goal = [](const std::string& text) {
    return problems_of("target_system: {elements: [Al]}\n" + text + "\n");
  };
  CHECK(goal("simulation_goal: {type: bulk, temperature: 0}") ==
        "input.yaml:2: simulation_goal.temperature: must be greater than 0 K, got 0");
  CHECK(goal("simulation_goal: {type: melting}") ==
        "input.yaml:2: simulation_goal.type: 'melting' needs a temperature: the highest of the "
        "liquid");
  CHECK(goal("simulation_goal: {pressure: -1}") ==
        "input.yaml:2: simulation_goal.pressure: must not be negative, got -1");
  CHECK(goal("simulation_goal: {}\nresources: {cores: 0, wall_time: 1 s}") ==
        "input.yaml:3: resources.cores: must be at least 1, got 0\n"
        "input.yaml:3: resources.wall_time: must be at least 60 s, got 1 s");
  CHECK(target("elements: [Al], lattice_constant: -4") ==
        "input.yaml:1: target_system.lattice_constant: must be greater than 0, got -4");
  CHECK(problems_of("target_system: {elements: [H], prototype: fcc}\n"
                    "simulation_goal: {type: molecule}\n") ==
        "input.yaml:1: target_system.prototype: 'fcc' contradicts the goal 'molecule'");
}

TEST_CASE("a Slurm cluster, and what sbatch cannot be given") {
  const std::string head = "target_system: {elements: [Al]}\nsimulation_goal: {}\n";
  const UserConfig user =
      read(head + "resources: {slurm: {account: physics, task_seconds: 10 min}}\n");
  REQUIRE(user.resources.slurm);
  CHECK(user.resources.slurm->account == "physics");
  CHECK(user.resources.slurm->task_seconds == 600);
  CHECK_FALSE(read(head).resources.slurm);
  CHECK(read(head + "resources: {slurm: {}}\n").resources.slurm);
  CHECK(problems_of(head + "resources:\n  slurm:\n    account: phys; reboot\n    cores: 0\n") ==
        "input.yaml:5: resources.slurm.account: must be a word of letters, digits and -_.,/+@:, "
        "got 'phys; reboot'\n"
        "input.yaml:6: resources.slurm.cores: must be greater than 0, got 0");
}
