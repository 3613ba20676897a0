#include "potential/lennard_jones.hpp"

#include <doctest/doctest.h>

#include "../calculator_suite.hpp"
#include "core/error.hpp"

using namespace mlip;

namespace {
const potential::LennardJones model({{13, {0.40, 2.55}}, {28, {0.52, 2.28}}}, 6.0);
}  // namespace

TEST_CASE("Lennard-Jones keeps what every Calculator promises") {
  conformance::check_calculator(model, conformance::sample_structures(13, 28, 2.8));
}

TEST_CASE("the minimum of a pair is where and as deep as its parameters say") {
  core::Structure pair;
  pair.numbers = {13, 13};
  pair.positions = {{0, 0, 0}, {0, 2.55 * std::pow(2.0, 1.0 / 6), 0}};
  const auto result = model.evaluate(pair);
  CHECK(result.energy == doctest::Approx(-0.40).epsilon(1e-9));
  CHECK(result.forces[0].norm() < 1e-9);
}

TEST_CASE("an element the model does not know is the user's error") {
  core::Structure atom;
  atom.numbers = {79};
  atom.positions = {{0, 0, 0}};
  CHECK_THROWS_WITH_AS((void)model.evaluate(atom), "the Lennard-Jones model does not know 'Au'",
                       core::UserError);
}
