#include <doctest/doctest.h>

#include "generate/generate.hpp"
#include "generate/symmetry.hpp"
#include "pipeline/plan.hpp"

using namespace mlip;
using namespace mlip::pipeline;

namespace {

Plan planned(const std::string& target, const std::string& more = "",
             const std::filesystem::path& surrogates = TEST_DATA "/surrogate") {
  Installation with{{TEST_DATA "/pipeline/pseudopotentials"}, 2, "/opt/pw.x", {}};
  with.surrogate_folder = surrogates;
  return make_plan(
      config::read_text<UserConfig>("target_system: {" + target + "}\nsimulation_goal: {}\n" + more,
                                    "input.yaml"),
      with);
}

}  // namespace

TEST_CASE("the surrogate finds the crystal that no table has") {
  const Plan plan = planned("elements: [Mg, O]");
  const auto& generate = plan.config.generate;
  CHECK(generate.prototype == "rocksalt");
  CHECK(generate.lattice_constant == doctest::Approx(4.25).epsilon(0.01));  // PBE: 4.25 Å
  CHECK(plan.reasons.at("generate.prototype").find("sevennet-0 relaxed") != std::string::npos);
  CHECK(plan.reasons.at("generate.lattice_constant") == "as the surrogate relaxed it");
  CHECK(plan.reasons.at("elements") == "target_system.elements, sorted");
}

TEST_CASE("a crystal that is no cubic prototype is kept whole in the plan") {
  const Plan plan = planned("elements: [Mg, Si], composition: {Mg: 0.667, Si: 0.333}");
  const auto& generate = plan.config.generate;
  CHECK(generate.prototype == "given");
  REQUIRE(generate.crystals.size() == 1);
  CHECK(generate.crystals[0].name == "fluorite by sevennet-0");
  const auto crystal = generate::ground_state(generate);
  CHECK(generate::find_symmetry(crystal, 0.01).space_group == "Fm-3m");
  CHECK(crystal.cell.vectors.row(0).norm() == doctest::Approx(6.36).epsilon(0.01));  // PBE: 6.36 Å
  CHECK(plan.reasons.at("generate.crystals[0].cell") == "as the surrogate relaxed it");
}

TEST_CASE("without a surrogate, or where none can tell, a stand-in is called one") {
  const auto reason = [](const Plan& plan) { return plan.reasons.at("generate.prototype"); };
  CHECK(reason(planned("elements: [Mg, O]", "", {})).starts_with("a stand-in: no table says"));
  CHECK(reason(planned("elements: [Mg, O]", "expert: {surrogate: {model: ''}}\n"))
            .starts_with("a stand-in: no table says"));
  CHECK(reason(planned("elements: [Al, O], composition: {Al: 0.97, O: 0.03}",
                       "level_of_theory: {calculator: 'ase.calculators.emt:EMT'}\n"))
            .find("a small cell would not show it") != std::string::npos);
  CHECK(reason(planned("elements: [Mg, O], prototype: b2")) == "target_system.prototype");
  CHECK(reason(planned("elements: [Al]")) == "what Al is known to form");
}
