#include "surrogate/mace.hpp"

#include <thread>

#include "../calculator_suite.hpp"
#include "core/error.hpp"

using namespace mlip;
using surrogate::Mace;

namespace {

const Mace& small_mace(bool density) {
  static const Mace residual(TEST_DATA "/surrogate/mp0.mace");
  static const Mace with_density(TEST_DATA "/surrogate/mpa0.mace");
  return density ? with_density : residual;
}

}  // namespace

TEST_CASE("both architectures of MACE keep what every Calculator promises") {
  for (bool density : {false, true}) {
    CAPTURE(density);
    conformance::check_calculator(small_mace(density), conformance::sample_structures(13, 28, 2.6));
  }
}

TEST_CASE("MACE's forces are right where atoms overlap and ZBL pushes") {
  core::Structure pair;
  pair.numbers = {13, 29};
  for (double distance : {0.4, 1.1, 2.4}) {
    pair.positions = {{0, 0, 0}, {distance / 2, distance / 2, distance * std::sqrt(0.5)}};
    conformance::check_forces(small_mace(true), pair, {.derivative = 2e-3, .step = 1e-6});
  }
  const double close = small_mace(true).evaluate(pair).energy;
  pair.positions[1] = {0.3, 0, 0};
  CHECK(small_mace(true).evaluate(pair).energy > close + 100);
}

TEST_CASE("threads that share a MACE get what one alone gets") {
  const auto structures = conformance::sample_structures(13, 29, 2.6);
  std::vector<potential::Evaluation> alone, together(structures.size());
  for (const auto& structure : structures) alone.push_back(small_mace(true).evaluate(structure));
  {
    std::vector<std::jthread> threads;
    for (std::size_t k = 0; k < structures.size(); ++k)
      threads.emplace_back([&, k] { together[k] = small_mace(true).evaluate(structures[k]); });
  }
  for (std::size_t k = 0; k < structures.size(); ++k) {
    CHECK(alone[k].energy == together[k].energy);
    CHECK(alone[k].forces == together[k].forces);
  }
}

TEST_CASE("elements a MACE does not hold are told, and its descriptors turn with nothing") {
  core::Structure structure;
  structure.numbers = {28, 26};
  structure.positions = {{0, 0, 0}, {2, 0, 0}};
  CHECK_THROWS_WITH_AS((void)small_mace(false).evaluate(structure),
                       "the surrogate 'mp0' does not know 'Fe'", core::UserError);
  CHECK(small_mace(false).evaluate({}).energies.empty());
  structure.numbers[1] = 29;
  const auto here = small_mace(true).evaluate(structure, {.descriptors = true});
  structure.positions[1] = {0, 0, 2};
  const auto there = small_mace(true).evaluate(structure, {.descriptors = true});
  REQUIRE(here.descriptors.size() == 2);
  CHECK(here.descriptors[0].size() == 16);
  CHECK((here.descriptors[0] - there.descriptors[0]).norm() < 1e-9);
  CHECK((here.descriptors[0] - here.descriptors[1]).norm() > 1e-3);
}
