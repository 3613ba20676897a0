#include "pipeline/screening.hpp"

#include <doctest/doctest.h>

#include "core/error.hpp"
#include "generate/generate.hpp"

using namespace mlip;
using namespace mlip::pipeline;

namespace {

SystemConfig aluminium_seeds() {
  SystemConfig config;
  config.elements = {"Al"};
  config.generate.composition = {{"Al", 1.0}};
  config.generate.prototype = "fcc";
  config.generate.max_atoms = 4;
  config.generate.seed = 3;
  config.surrogate.model = TEST_DATA "/surrogate/sevennet-0.sevennet";
  return config;
}

/// The generator's seeds and, behind them, one that is squeezed and one with an unknown element.
std::vector<core::Candidate> with_nonsense(const SystemConfig& config) {
  auto candidates = generate::generate(config.generate);
  core::Candidate nonsense;
  nonsense.structure = generate::ground_state(config.generate);
  nonsense.config_type = "rattle";
  nonsense.origin = "made by hand";
  nonsense.structure.positions[1] *= 0.5;
  candidates.push_back(nonsense);
  nonsense.structure.numbers.assign(4, 99);
  candidates.push_back(nonsense);
  return candidates;
}

}  // namespace

TEST_CASE("seeds that the surrogate calls nonsense are dropped with their reason") {
  const auto config = aluminium_seeds();
  const auto candidates = with_nonsense(config);
  const auto seeds = screen_seeds(config, candidates);
  CHECK(seeds.kept.size() + seeds.dropped.size() == candidates.size());
  CHECK(seeds.kept.size() > 0.9 * double(candidates.size()));
  REQUIRE(seeds.dropped.size() >= 2);
  const auto& squeezed = seeds.dropped[seeds.dropped.size() - 2];
  CHECK(squeezed.state == store::State::dropped);
  CHECK(squeezed.candidate.origin.starts_with("made by hand; rejected by sevennet-0: "));
  CHECK(seeds.dropped.back().candidate.origin.find("does not know 'Es'") != std::string::npos);
  const auto& document = seeds.document;
  CHECK(document["model"] == "sevennet-0");
  CHECK(document["version"] == "11Jul2024");
  CHECK(document["energies"] == "PBE and PBE+U of MPtrj (VASP), uncorrected");
  CHECK(document["kept"] == seeds.kept.size());
  std::size_t rejected = 0;
  for (const auto& [meaning, count] : document["rejected"].items()) rejected += count.get<int>();
  CHECK(rejected == seeds.dropped.size());
}

TEST_CASE("the same seeds are screened the same, on any number of threads") {
  auto config = aluminium_seeds();
  const auto candidates = with_nonsense(config);
  config.loop.workers = 1;
  const auto one = screen_seeds(config, candidates);
  config.loop.workers = 2;
  CHECK(screen_seeds(config, candidates).document == one.document);
}

TEST_CASE("without a surrogate all seeds are kept") {
  auto config = aluminium_seeds();
  config.surrogate.model.clear();
  const auto candidates = with_nonsense(config);
  const auto seeds = screen_seeds(config, candidates);
  CHECK(seeds.kept.size() == candidates.size());
  CHECK(seeds.document.is_null());
}

TEST_CASE("a surrogate that is planned but gone is told") {
  auto config = aluminium_seeds();
  config.surrogate.model = "/nowhere/else.sevennet";
  CHECK_THROWS_AS((void)screen_seeds(config, with_nonsense(config)), core::UserError);
}
