#include "surrogate/sevennet.hpp"

#include <thread>

#include "../calculator_suite.hpp"
#include "core/error.hpp"

using namespace mlip;
using surrogate::Precision;
using surrogate::SevenNet;

namespace {

const char* const model_file = TEST_DATA "/surrogate/sevennet-0.sevennet";

const SevenNet& precise() {
  static const SevenNet model(model_file, Precision::double_precision);
  return model;
}
const SevenNet& fast() {
  static const SevenNet model(model_file);
  return model;
}

void check_all_but_cutoff(const SevenNet& model, const conformance::Tolerances& tolerances) {
  for (const auto& structure : conformance::sample_structures(13, 28, 2.8)) {
    CAPTURE(structure.formula());
    conformance::check_sums_and_sizes(model, structure, tolerances);
    conformance::check_forces(model, structure, tolerances);
    conformance::check_virial(model, structure, tolerances);
    conformance::check_invariances(model, structure, tolerances);
    conformance::check_additivity(model, structure, tolerances);
    conformance::check_input_untouched(model, structure);
  }
}

}  // namespace

TEST_CASE("SevenNet in double precision keeps what every Calculator promises") {
  check_all_but_cutoff(precise(), {});
  conformance::check_cutoff(precise(), 13, 28, {});
}

TEST_CASE("SevenNet in single precision keeps it to the noise of its arithmetic") {
  const conformance::Tolerances tolerances{
      .energy = 2e-6, .force = 2e-5, .derivative = 5e-3, .step = 0.01};
  check_all_but_cutoff(fast(), tolerances);
  conformance::check_cutoff(fast(), 28, 28, tolerances);
}

TEST_CASE("forces are right where atoms overlap and the energy is steep") {
  core::Structure pair;
  pair.numbers = {13, 28};
  for (double distance : {0.5, 1.1}) {
    pair.positions = {{0, 0, 0}, {distance / 2, distance / 2, distance * std::sqrt(0.5)}};
    conformance::check_forces(precise(), pair, {.derivative = 1e-3, .step = 1e-6});
  }
}

TEST_CASE("descriptors are there when asked for, and turn with nothing") {
  const auto structure = conformance::sample_structures(13, 28, 2.8).back();
  auto turned = structure;
  for (auto& position : turned.positions)
    position = core::Vec3(position.y(), -position.x(), position.z());
  const auto here = precise().evaluate(structure, {.descriptors = true});
  const auto there = precise().evaluate(turned, {.descriptors = true});
  REQUIRE(here.descriptors.size() == structure.size());
  CHECK(here.descriptors[0].size() == 128);
  CHECK((here.descriptors[0] - there.descriptors[0]).norm() < 1e-8);
  CHECK((here.descriptors[0] - here.descriptors[1]).norm() > 1e-3);
  CHECK(precise().evaluate(structure).descriptors.empty());
}

TEST_CASE("threads that share a model get what one alone gets") {
  const auto structures = conformance::sample_structures(26, 28, 2.5);
  std::vector<potential::Evaluation> alone, together(structures.size());
  for (const auto& structure : structures) alone.push_back(fast().evaluate(structure));
  {
    std::vector<std::jthread> threads;
    for (std::size_t k = 0; k < structures.size(); ++k)
      threads.emplace_back([&, k] { together[k] = fast().evaluate(structures[k]); });
  }
  for (std::size_t k = 0; k < structures.size(); ++k) {
    CHECK(alone[k].energy == together[k].energy);
    CHECK(alone[k].forces == together[k].forces);
  }
}

TEST_CASE("elements it does not know and atoms at one place are told") {
  core::Structure structure;
  structure.numbers = {28, 84};
  structure.positions = {{0, 0, 0}, {2, 0, 0}};
  CHECK_THROWS_WITH_AS((void)fast().evaluate(structure),
                       "the surrogate 'sevennet-0' does not know 'Po'", core::UserError);
  structure.numbers = {28, 200};
  CHECK_THROWS_WITH_AS((void)fast().evaluate(structure), "'200' is no atomic number",
                       core::UserError);
  structure.numbers = {28, 28};
  structure.positions[1] = structure.positions[0];
  CHECK_THROWS_WITH_AS((void)fast().evaluate(structure), "two atoms of 'Ni2' are at the same place",
                       core::UserError);
  CHECK(fast().evaluate({}).energies.empty());
}
