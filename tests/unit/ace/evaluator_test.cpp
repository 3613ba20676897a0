#include "ace/evaluator.hpp"

#include <doctest/doctest.h>

#include "ace/basis.hpp"
#include "random_atoms.hpp"

using namespace mlip;

namespace {

/// Three densities, two neighbour species of different radial functions, repulsion.
ace::Potential random_potential() {
  ace::BasisOptions options;
  options.nradmax_by_orders = {5, 3, 2, 1};
  options.lmax_by_orders = {0, 3, 2, 1};
  options.cutoff = 5;
  ace::Potential potential = ace::make_basis({"Al", "Ni"}, options);
  for (auto& list : potential.functions)
    for (auto& function : list) function.coefficients = {0, 0, 0};
  surroundings::randomise(potential, 0.02, 3);
  for (ace::Embedding& each : potential.embeddings) each.parameters = {1, 1, 0.7, 0.5, 0.2, 0.8};
  for (ace::Bond& each : potential.bonds) {
    each.core_prefactor = 3;
    each.core_exponent = 0.2;
    each.rcut_in = 3;
    each.dcut_in = 0.5;
  }
  potential.bond(0, 1).rcut = 4.5;
  return potential;
}

ace::ActiveSetInverse active_set(const ace::Potential& potential) {
  ace::ActiveSetInverse set;
  for (std::size_t mu = 0; mu < potential.species(); ++mu) {
    const auto n = static_cast<Eigen::Index>(potential.functions[mu].size());
    set[potential.elements[mu]] = Eigen::MatrixXd::NullaryExpr(
        n, n, [](Eigen::Index i, Eigen::Index j) { return 1.0 / static_cast<double>(i + j + 1); });
  }
  return set;
}

void check_equal(const ace::AtomResult& a, const ace::AtomResult& b) {
  CHECK(a.energy == b.energy);
  CHECK(a.gamma == b.gamma);
  CHECK(a.gradients == b.gradients);
  CHECK(a.projections == b.projections);
}

}  // namespace

TEST_CASE("an atom has the same energy, gradients and grade bit by bit in any company") {
  const ace::Potential potential = random_potential();
  const ace::Evaluator evaluator(potential, active_set(potential));
  std::vector<std::vector<ace::AtomNeighbor>> around;
  for (int i = 0; i < 19; ++i)
    around.push_back(surroundings::random(3 * i, 2, 4.9, static_cast<unsigned>(i)));
  const std::vector<std::span<const ace::AtomNeighbor>> views(around.begin(), around.end());
  std::vector<ace::AtomResult> together(around.size());
  const potential::Request everything = {.gamma = true, .descriptors = true};
  for (int species : {0, 1}) {
    evaluator.atoms(species, views, everything, together);
    for (std::size_t i = 0; i < around.size(); ++i) {
      ace::AtomResult alone;
      evaluator.atom(species, around[i], everything, alone);
      check_equal(together[i], alone);
    }
  }
}

TEST_CASE("a list that reaches further changes nothing") {
  core::Structure structure;
  structure.cell.vectors << 4.1, 0.1, 0, 0, 3.9, 0.2, 0.1, 0, 4.2;
  structure.cell.periodic = {true, true, true};
  structure.numbers = {13, 28, 28};
  structure.positions = {{0, 0, 0}, {2, 2, 0.1}, {0.1, 2, 2.1}};
  const ace::Evaluator evaluator(random_potential());
  const auto own = evaluator.evaluate(structure);
  const auto far = evaluator.evaluate(structure, core::NeighborList(structure, 7));
  CHECK(own.energy == doctest::Approx(far.energy).epsilon(1e-13));
  for (std::size_t i = 0; i < 3; ++i) CHECK((own.forces[i] - far.forces[i]).norm() < 1e-12);
  CHECK((own.virial - far.virial).norm() < 1e-11);
}

TEST_CASE("the gradients of three densities are finite differences, exact and by splines") {
  constexpr double h = 1e-5;
  for (ace::RadialMode mode : {ace::RadialMode::exact, ace::RadialMode::spline}) {
    const ace::Evaluator evaluator(random_potential(), {}, mode);
    auto neighbors = surroundings::random(21, 2, 4.9, 77);
    ace::AtomResult center, up, down;
    evaluator.atom(0, neighbors, {}, center);
    for (std::size_t k = 0; k < neighbors.size(); ++k)
      for (int c = 0; c < 3; ++c) {
        neighbors[k].vector[c] += h;
        evaluator.atom(0, neighbors, {}, up);
        neighbors[k].vector[c] -= 2 * h;
        evaluator.atom(0, neighbors, {}, down);
        neighbors[k].vector[c] += h;
        CHECK(std::abs((up.energy - down.energy) / (2 * h) - center.gradients[k][c]) < 2e-7);
      }
  }
}
