#include "generate/modelled.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>

#include "core/error.hpp"
#include "potential/lennard_jones.hpp"

using namespace mlip;

namespace {

const potential::LennardJones soft_argon({{18, {0.0104, 3.4}}}, 7.0);

generate::Options of_argon() {
  generate::Options options;
  options.composition = {{"Ar", 1}};
  options.max_atoms = 4;
  options.phonon_temperatures = {20, 40};
  return options;
}

std::multiset<std::string> kinds_of(const generate::ModelledSeeds& seeds) {
  std::multiset<std::string> kinds;
  for (const auto& candidate : seeds.candidates) kinds.insert(candidate.config_type);
  return kinds;
}

/// Has no answer to anything.
class Silent final : public potential::Calculator {
 public:
  double cutoff() const override { return 5; }
  potential::Evaluation evaluate(const core::Structure&, const potential::Request&) const override {
    throw core::UserError(core::ExitCode::failed, "no answer", "ask another");
  }
};

}  // namespace

TEST_CASE("a model makes nothing that is not asked for") {
  const auto seeds = generate::modelled_seeds(of_argon(), soft_argon, {});
  CHECK(seeds.candidates.empty());
  CHECK(seeds.left_out.empty());
}

TEST_CASE("phonons and random cells in their numbers, the same on any number of threads") {
  auto options = of_argon();
  options.phonons = 3;
  options.searches = 6;
  const auto seeds = generate::modelled_seeds(options, soft_argon, {});
  CHECK(kinds_of(seeds).count("phonons") == 6);  // of each temperature
  CHECK(kinds_of(seeds).count("search") > 3);
  std::set<std::size_t> sizes;
  for (const auto& candidate : seeds.candidates) {
    CHECK(generate::distances_allowed(candidate.structure, options.closest));
    if (candidate.config_type == "search") sizes.insert(candidate.structure.size());
  }
  CHECK(*sizes.begin() >= 2);
  CHECK(*sizes.rbegin() <= 4);
  CHECK(sizes.size() > 1);
  generate::Modelling threaded;
  threaded.threads = 2;
  const auto again = generate::modelled_seeds(options, soft_argon, threaded);
  REQUIRE(again.candidates.size() == seeds.candidates.size());
  for (std::size_t k = 0; k < seeds.candidates.size(); ++k)
    CHECK(again.candidates[k].structure.positions == seeds.candidates[k].structure.positions);
}

TEST_CASE("the supercell is molten and quenched") {
  auto options = of_argon();
  options.melts = 2;
  options.melt_steps = 600;
  std::set<std::string> stages;
  generate::Modelling modelling;
  modelling.progress = [&](const std::string& stage, int, int) { stages.insert(stage); };
  const auto seeds = generate::modelled_seeds(options, soft_argon, modelling);
  const auto kinds = kinds_of(seeds);
  for (const char* kind : {"liquid", "quench", "amorphous"}) {
    CHECK(kinds.count(kind) >= 1);
    CHECK(kinds.count(kind) <= 2);
    CHECK(stages.contains(kind));
  }
  for (const auto& candidate : seeds.candidates) CHECK(candidate.structure.size() == 32);
}

TEST_CASE("what a model cannot do is left out and told, what it does not know is an error") {
  auto options = of_argon();
  options.phonons = options.searches = options.melts = 2;
  const auto seeds = generate::modelled_seeds(options, Silent(), {});
  CHECK(seeds.candidates.empty());
  REQUIRE(seeds.left_out.size() >= 2);
  CHECK(seeds.left_out.front().find("no answer") != std::string::npos);
  options.composition = {{"Kr", 1}};
  CHECK_THROWS_AS((void)generate::modelled_seeds(options, soft_argon, {}), core::UserError);
  std::stop_source stop;
  stop.request_stop();
  generate::Modelling stopped;
  stopped.stop = stop.get_token();
  CHECK(generate::modelled_seeds(of_argon(), soft_argon, stopped).candidates.empty());
}
