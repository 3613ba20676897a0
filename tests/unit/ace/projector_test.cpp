#include "ace/projector.hpp"

#include <doctest/doctest.h>

#include "ace/basis.hpp"
#include "random_atoms.hpp"

using namespace mlip;

namespace {

ace::Potential random_basis() {
  ace::BasisOptions options;
  options.nradmax_by_orders = {4, 3, 2, 1, 1};
  options.lmax_by_orders = {0, 4, 3, 2, 1};
  options.cutoff = 5;
  ace::Potential potential = ace::make_basis({"Al", "Ni"}, options);
  surroundings::randomise(potential, 0.1, 3);
  return potential;
}

double step_error(const ace::Projector& projector, std::vector<ace::AtomNeighbor> neighbors,
                  std::size_t k, int c) {
  const auto workspace = projector.make_workspace();
  Eigen::VectorXd center, plus, minus;
  ace::Projector::Gradients gradients;
  projector.atom(1, neighbors, *workspace, center, &gradients);
  constexpr double h = 1e-5;
  neighbors[k].vector[c] += h;
  projector.atom(1, neighbors, *workspace, plus, nullptr);
  neighbors[k].vector[c] -= 2 * h;
  projector.atom(1, neighbors, *workspace, minus, nullptr);
  const Eigen::VectorXd numeric = (plus - minus) / (2 * h);
  const Eigen::VectorXd analytic = gradients.row(3 * static_cast<Eigen::Index>(k) + c).transpose();
  return (numeric - analytic).cwiseAbs().maxCoeff() / std::max(1.0, analytic.cwiseAbs().maxCoeff());
}

}  // namespace

TEST_CASE("gradients of the projections are their finite differences") {
  const ace::Projector projector(random_basis());
  const auto neighbors = surroundings::random(19, 2, 4.9, 5);
  for (std::size_t k = 0; k < neighbors.size(); k += 3)
    for (int c = 0; c < 3; ++c) CHECK(step_error(projector, neighbors, k, c) < 1e-8);
}

TEST_CASE("values do not depend on the gradients being asked for, nor on the order of neighbours") {
  const ace::Projector projector(random_basis());
  auto neighbors = surroundings::random(23, 2, 4.9, 6);
  const auto workspace = projector.make_workspace();
  Eigen::VectorXd with, without, reversed;
  ace::Projector::Gradients gradients, of_reversed;
  projector.atom(0, neighbors, *workspace, with, &gradients);
  projector.atom(0, neighbors, *workspace, without, nullptr);
  std::ranges::reverse(neighbors);
  projector.atom(0, neighbors, *workspace, reversed, &of_reversed);
  CHECK(static_cast<std::size_t>(with.size()) == projector.function_count(0));
  CHECK((with - without).norm() < 1e-12 * with.norm());
  CHECK((with - reversed).norm() < 1e-12 * with.norm());
  CHECK((gradients.topRows(3) - of_reversed.bottomRows(3)).norm() < 1e-12 * gradients.norm());
}

TEST_CASE("atoms at or beyond the cutoff are not felt, and no atoms give no projections") {
  const ace::Projector projector(random_basis());
  auto neighbors = surroundings::random(5, 2, 4.9, 7);
  const auto workspace = projector.make_workspace();
  Eigen::VectorXd before, after;
  ace::Projector::Gradients gradients;
  projector.atom(0, neighbors, *workspace, before, nullptr);
  neighbors.insert(neighbors.begin() + 2, {{0, 0, 5.0}, 1});
  projector.atom(0, neighbors, *workspace, after, &gradients);
  CHECK((before - after).norm() < 1e-12 * before.norm());
  CHECK(gradients.middleRows(6, 3).isZero(0));
  projector.atom(0, {}, *workspace, after, &gradients);
  CHECK(after.isZero(0));
}

TEST_CASE("energies are the sum of coefficients times projections") {
  const ace::Potential potential = random_basis();
  const ace::Projector projector(potential);
  const ace::Evaluator evaluator(potential);
  const auto neighbors = surroundings::random(30, 2, 4.9, 8);
  const auto workspace = projector.make_workspace();
  for (int mu = 0; mu < 2; ++mu) {
    Eigen::VectorXd values;
    ace::Projector::Gradients gradients;
    projector.atom(mu, neighbors, *workspace, values, &gradients);
    Eigen::VectorXd c(values.size());
    for (Eigen::Index f = 0; f < c.size(); ++f)
      c[f] = potential.functions[static_cast<std::size_t>(mu)][static_cast<std::size_t>(f)]
                 .coefficients[0];
    ace::AtomResult result;
    evaluator.atom(mu, neighbors, {}, result);
    CHECK(result.energy == doctest::Approx(values.dot(c)).epsilon(1e-12));
    const Eigen::VectorXd slopes = gradients * c;
    for (std::size_t k = 0; k < neighbors.size(); ++k)
      CHECK((result.gradients[k] - slopes.segment<3>(3 * static_cast<Eigen::Index>(k))).norm() <
            1e-11 * std::max(1.0, slopes.norm()));
  }
}
