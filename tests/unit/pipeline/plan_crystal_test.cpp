#include <doctest/doctest.h>

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

// What a surrogate finds: tests/tools/generate/kinds.py.
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
