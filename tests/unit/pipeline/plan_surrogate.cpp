#include <doctest/doctest.h>

#include <filesystem>

#include "core/file.hpp"
#include "pipeline/plan.hpp"

using namespace mlip;
using namespace mlip::pipeline;

namespace {

const Installation bare_machine{{TEST_DATA "/pipeline/pseudopotentials"}, 2, "/opt/pw.x", {}};

}  // namespace

TEST_CASE("the surrogate screens seeds where it is installed and knows the elements") {
  const auto planned = [](const std::string& elements, const std::filesystem::path& folder,
                          const std::string& goal = "bulk") {
    Installation with = bare_machine;
    with.surrogate_folder = folder;
    UserConfig user;
    user.target_system.elements = {elements};
    user.simulation_goal.type = goal;
    const Plan plan = make_plan(user, with);
    return plan.config.surrogate.model + ": " + plan.reasons.at("surrogate.model");
  };
  CHECK(planned("Al", TEST_DATA "/surrogate").starts_with("sevennet-0: installed, knows all"));
  CHECK(planned("Al", {}).find("mlip-auto doctor --fix fetches it") != std::string::npos);
  CHECK(planned("Al", "/nowhere").starts_with(": none instead of sevennet-0: it is not installed"));
  CHECK(planned("H", TEST_DATA "/surrogate", "molecule").find("no molecules") != std::string::npos);
  // Of a given molecule it knows the vibrations, and is asked for nothing else.
  Installation with = bare_machine;
  with.surrogate_folder = TEST_DATA "/surrogate";
  UserConfig user;
  user.target_system.elements = {"H"};
  user.simulation_goal.type = "molecule";
  user.crystals = {
      {"h2.xyz", {"H", "H"}, {{8, 0, 0}, {0, 8, 0}, {0, 0, 8}}, {{4, 4, 3.6}, {4, 4, 4.35}}}};
  const Plan shaken = make_plan(user, with);
  CHECK(shaken.config.surrogate.model == "sevennet-0");
  CHECK_FALSE(shaken.config.surrogate.screen);
  CHECK(shaken.config.surrogate.lessons == 0);
  CHECK(shaken.config.generate.modes > 0);
  with.surrogate_folder.clear();
  const Plan rattled = make_plan(user, with);
  CHECK(rattled.config.generate.modes == 0);
  CHECK(rattled.config.generate.rattled > shaken.config.generate.rattled);
  const auto damaged = std::filesystem::temp_directory_path() / "mlip-damaged-surrogate";
  std::filesystem::create_directories(damaged);
  core::write_atomically(damaged / "sevennet-0.sevennet", "MLIP-SEVENNET 1\nhalf");
  CHECK(planned("Al", damaged).find("fetches it again") != std::string::npos);
  std::filesystem::remove_all(damaged);
}

TEST_CASE("the surrogate makes phonons, random cells and melts for the goal that asks for them") {
  const auto planned = [](const std::string& goal, const std::filesystem::path& folder) {
    Installation with = bare_machine;
    with.surrogate_folder = folder;
    return make_plan(config::read_text<UserConfig>(
                         "target_system: {elements: [Al]}\nsimulation_goal: {type: " + goal +
                             ", temperature: 1000 K}\nresources: {wall_time: 10 h}\n",
                         "input.yaml"),
                     with)
        .config.generate;
  };
  const auto bulk = planned("bulk", TEST_DATA "/surrogate");
  CHECK(bulk.phonons == 0);
  CHECK(bulk.searches == 0);
  CHECK(bulk.melts == 0);
  CHECK(planned("melting", TEST_DATA "/surrogate").melts > 0);
  const auto melting = planned("melting", TEST_DATA "/surrogate");
  CHECK(melting.searches > 0);
  CHECK(melting.phonons > 0);
  CHECK(melting.phonon_temperatures == std::vector<double>{750, 1500});
  CHECK(planned("melting", {}).phonons == 0);
  CHECK(planned("melting", {}).searches == 0);
}

TEST_CASE("the surrogate teaches by default, not where an ASE calculator labels") {
  const auto planned = [](const std::string& more) {
    Installation with = bare_machine;
    with.surrogate_folder = TEST_DATA "/surrogate";
    return make_plan(
        config::read_text<UserConfig>(
            "target_system: {elements: [Al]}\nsimulation_goal: {}\n" + more, "input.yaml"),
        with);
  };
  CHECK(planned("").config.surrogate.lessons == 1000);
  CHECK(planned("").reasons.at("surrogate.lessons").find("labels bear it out") !=
        std::string::npos);
  CHECK(planned("expert: {surrogate: {lessons: 0}}\n").config.surrogate.lessons == 0);
  const Plan cheap = planned("level_of_theory: {calculator: 'ase.calculators.emt:EMT'}\n");
  CHECK(cheap.config.surrogate.lessons == 0);
  CHECK(cheap.reasons.at("surrogate.lessons").find("ASE") != std::string::npos);
}
