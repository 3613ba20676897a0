#include "pipeline/molecule_seeds.hpp"

#include <doctest/doctest.h>

#include <map>
#include <memory>

#include "core/error.hpp"
#include "generate/molecules.hpp"
#include "pipeline/seed_candidates.hpp"

using namespace mlip;
using namespace mlip::pipeline;

namespace {

SystemConfig hydrogen_fluoride() {
  SystemConfig config;
  config.elements = {"F", "H"};
  auto& generate = config.generate;
  generate.composition = {{"F", 0.5}, {"H", 0.5}};
  generate.prototype = "molecule";
  generate.crystals = {
      generate::given_crystal("hf.xyz", generate::roomy({{}, {9, 1}, {{0, 0, 0}, {0, 0, 0.95}}}))};
  generate.modes = 4;
  generate.mode_temperatures = {300, 1200};
  config.surrogate.model = TEST_DATA "/surrogate/sevennet-0.sevennet";
  return config;
}

std::vector<core::Candidate> vibrating(const SystemConfig& config) {
  return seed_candidates(config, {}).candidates;
}

double bond_of(const core::Structure& molecule) {
  return (molecule.positions[1] - molecule.positions[0]).norm();
}

}  // namespace

TEST_CASE("a given molecule rests and vibrates by the surrogate, farther when hotter") {
  const auto config = hydrogen_fluoride();
  const auto seeds =
      vibrating_molecules(config, surrogate::open_surrogate(config.surrogate.model, 1)).candidates;
  REQUIRE(seeds.size() == 9);
  const auto& rest = seeds.back();
  CHECK(rest.config_type == "molecule");
  CHECK(rest.origin == "hf.xyz: FH, at rest by sevennet-0 11Jul2024");
  CHECK(bond_of(rest.structure) == doctest::Approx(0.917).epsilon(0.05));  // measured
  std::map<bool, double> squares;
  for (std::size_t k = 0; k < 8; ++k) {
    CHECK(seeds[k].config_type == "modes");
    CHECK(seeds[k].origin.find(k < 4 ? "at 300 K" : "at 1200 K") != std::string::npos);
    CHECK(seeds[k].structure.cell.vectors == rest.structure.cell.vectors);
    squares[k >= 4] += std::pow(bond_of(seeds[k].structure) - bond_of(rest.structure), 2) / 4;
  }
  // kT/2 of a bond of 60 eV/Å²: 0.02 Å at 300 K.
  CHECK(std::sqrt(squares[false]) < 0.06);
  CHECK(squares[true] > squares[false]);
  const auto all = vibrating(config);
  REQUIRE(all.size() == generate::generate(config.generate).size() + 9);
  CHECK(all[all.size() - 9].structure.positions == seeds.front().structure.positions);
}

TEST_CASE("no modes without a model, of a prototype, or where none are asked for") {
  const auto none = [](const SystemConfig& config) {
    return vibrating(config).size() == generate::generate(config.generate).size();
  };
  auto config = hydrogen_fluoride();
  config.generate.modes = 0;
  CHECK(none(config));
  config = hydrogen_fluoride();
  config.surrogate.model.clear();
  CHECK(none(config));
  CHECK(seed_candidates(config, {}).left_out.size() == 1);
  config = hydrogen_fluoride();
  config.generate.crystals.clear();
  CHECK(none(config));
}

namespace {

class Speechless final : public potential::Calculator {
 public:
  double cutoff() const override { return 5; }
  potential::Evaluation evaluate(const core::Structure&, const potential::Request&) const override {
    throw core::UserError(core::ExitCode::failed, "no answer", "ask another");
  }
};

}  // namespace

TEST_CASE("a molecule that the model has no answer for is told and left out") {
  surrogate::Surrogate model;
  model.calculator = std::make_unique<Speechless>();
  const auto seeds = vibrating_molecules(hydrogen_fluoride(), model);
  CHECK(seeds.candidates.empty());
  REQUIRE(seeds.left_out.size() == 1);
  CHECK(seeds.left_out[0] == "vibrations of hf.xyz: no answer");
}
