#include "ace/evaluator.hpp"

#include <doctest/doctest.h>
#include <omp.h>

#include <random>

#include "../calculator_suite.hpp"
#include "ace/basis.hpp"
#include "core/error.hpp"

using namespace mlip;

namespace {

ace::Potential random_potential(ace::InnerCutoff inner, bool two_densities) {
  ace::BasisOptions options;
  options.nradmax_by_orders = {3, 2, 1, 1};
  options.lmax_by_orders = {0, 2, 1, 1};
  options.cutoff = 5;
  ace::Potential potential = ace::make_basis({"Al", "Ni"}, options);
  std::mt19937 engine(9);
  std::normal_distribution<double> normal(0, 0.02);
  const std::vector<double> parameters =
      two_densities ? std::vector<double>{1, 1, 0.7, 0.5} : std::vector<double>{1, 1};
  for (ace::Embedding& embedding : potential.embeddings) {
    embedding.parameters = parameters;
    embedding.rho_core_cutoff = inner == ace::InnerCutoff::density ? 1.5 : 1e5;
    embedding.drho_core_cutoff = inner == ace::InnerCutoff::density ? 1.4 : 250;
  }
  for (auto& list : potential.functions)
    for (auto& function : list) {
      function.coefficients.clear();
      for (std::size_t p = 0; p < parameters.size() / 2; ++p)
        function.coefficients.push_back(normal(engine));
    }
  for (ace::Bond& bond : potential.bonds) {
    bond.inner = inner;
    bond.core_prefactor = inner == ace::InnerCutoff::zbl ? 1 : 20;
    bond.core_exponent = 0.4;
    bond.rcut_in = 3.1;
    bond.dcut_in = 0.7;
    bond.dcut = 1;
  }
  potential.E0 = {-1.5, 0.3};
  return potential;
}

void check(ace::InnerCutoff inner, bool two_densities) {
  const ace::Evaluator model(random_potential(inner, two_densities));
  conformance::check_calculator(model, conformance::sample_structures(13, 28, 2.8));
}

core::Structure crystal() {
  return core::repeat(conformance::sample_structures(13, 28, 2.8)[1], {2, 2, 2});
}

}  // namespace

TEST_CASE("ACE keeps what every Calculator promises: repulsion by distance") {
  check(ace::InnerCutoff::distance, false);
}

TEST_CASE("ACE keeps what every Calculator promises: repulsion by density, two densities") {
  check(ace::InnerCutoff::density, true);
}

TEST_CASE("ACE keeps what every Calculator promises: ZBL") {
  check(ace::InnerCutoff::zbl, false);
}

TEST_CASE("results are the same bit by bit on any number of threads") {
  const ace::Potential potential = random_potential(ace::InnerCutoff::zbl, true);
  ace::ActiveSetInverse set;
  for (std::size_t mu = 0; mu < 2; ++mu) {
    const auto n = static_cast<Eigen::Index>(potential.functions[mu].size());
    set[potential.elements[mu]] = Eigen::MatrixXd::Identity(n, n);
  }
  const ace::Evaluator model(potential, set);
  const int threads = omp_get_max_threads();
  omp_set_num_threads(1);
  const auto one = model.evaluate(crystal(), {.gamma = true, .descriptors = true});
  omp_set_num_threads(3);
  const auto three = model.evaluate(crystal(), {.gamma = true, .descriptors = true});
  omp_set_num_threads(threads);
  CHECK(one.energy == three.energy);
  CHECK(one.forces == three.forces);
  CHECK(one.virial == three.virial);
  CHECK(one.gamma == three.gamma);
  CHECK(one.descriptors == three.descriptors);
  for (std::size_t i = 0; i < one.gamma.size(); ++i)
    CHECK(one.gamma[i] == one.descriptors[i].cwiseAbs().maxCoeff());
}

TEST_CASE("a lone atom has its E0 and grade 0, no atom has nothing") {
  const ace::Potential potential = random_potential(ace::InnerCutoff::zbl, false);
  const ace::Evaluator model(potential);
  core::Structure atom;
  atom.numbers = {28};
  atom.positions = {{1, 2, 3}};
  const auto result = model.evaluate(atom, {.gamma = true, .descriptors = true});
  CHECK(result.energy == 0.3);
  CHECK(result.forces[0] == core::Vec3::Zero());
  CHECK(result.gamma.empty());
  CHECK(result.descriptors[0].isZero(0));
  CHECK(model.evaluate({}).energies.empty());
  CHECK_FALSE(model.has_active_set());
  CHECK(model.species_of(28) == 1);
  CHECK_FALSE(model.species_of(29));
  CHECK_FALSE(model.species_of(-1));
}

TEST_CASE("what does not fit the potential is the user's error") {
  const ace::Potential potential = random_potential(ace::InnerCutoff::distance, false);
  core::Structure gold;
  gold.numbers = {79};
  gold.positions = {{0, 0, 0}};
  CHECK_THROWS_WITH_AS((void)ace::Evaluator(potential).evaluate(gold),
                       "the potential does not know element 'Au' (it knows Al, Ni)",
                       core::UserError);
  gold.numbers = {200};
  CHECK_THROWS_AS((void)ace::Evaluator(potential).evaluate(gold), core::UserError);
  const Eigen::MatrixXd small = Eigen::MatrixXd::Identity(3, 3);
  CHECK_THROWS_AS(ace::Evaluator(potential, {{"Al", small}}), core::UserError);
  CHECK_THROWS_AS(ace::Evaluator(potential, {{"Cu", small}}), core::UserError);
  ace::CTildePotential wrong = ace::to_ctilde(potential);
  wrong.elements[0] = "Xx";
  CHECK_THROWS_AS(ace::Evaluator{wrong}, core::UserError);
}
