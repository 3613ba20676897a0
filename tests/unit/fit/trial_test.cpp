#include "fit/trial.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "ace/embedding.hpp"
#include "ace/embedding_curvature.hpp"
#include "fit/objective.hpp"
#include "fit/trial_rows.hpp"
#include "nonlinear_truth.hpp"

using namespace mlip;

namespace {

/// Labels of zero, every one of them wanted, in cells that a displacement crosses.
std::vector<fit::Labelled> unlabelled(const ace::Potential& potential, int count) {
  auto items = synthetic::structures(synthetic::alloy, count);
  std::vector<fit::Labelled> result;
  for (fit::Item& item : items) {
    item.labels.energy = 0;
    item.labels.forces.assign(item.structure.size(), core::Vec3::Zero());
    item.labels.stress = core::Mat3::Zero();
    const fit::Weights all{2, std::vector<double>(item.structure.size(), 0.5), 3};
    result.push_back(fit::labelled(item, all, fit::Columns(potential), potential.cutoff(),
                                   synthetic::weightless));
  }
  return result;
}

/// Energy and rows, one vector.
Eigen::VectorXd predicted(const fit::Skeleton& skeleton, const Eigen::VectorXd& parameters,
                          const fit::Labelled& labelled) {
  fit::TrialRows rows;
  const fit::Predicted found = rows.predict(fit::Trial(skeleton, parameters), labelled);
  Eigen::VectorXd all(1 + found.rows.size());
  all << found.energy, found.rows;
  return all;
}

}  // namespace

TEST_CASE("the curvature of an embedding is the slope of its slope") {
  for (const auto kind :
       {ace::EmbeddingKind::finnis_sinclair, ace::EmbeddingKind::finnis_sinclair_shifted_scaled})
    for (const double m : {0.5, 0.7, 1.0, 2.0})
      for (const double rho : {-2.0, -0.3, 0.4, 1.7}) {
        constexpr double h = 1e-5;
        const double difference =
            (ace::embed(kind, rho + h, m).derivative - ace::embed(kind, rho - h, m).derivative) /
            (2 * h);
        CHECK(ace::embedding_curvature(kind, rho, m) == doctest::Approx(difference).epsilon(1e-8));
      }
}

TEST_CASE("a trial predicts what the evaluator does") {
  const ace::Potential truth = synthetic::nonlinear_truth(synthetic::alloy);
  const fit::Skeleton skeleton(truth);
  const Eigen::VectorXd parameters = skeleton.parameters.read(truth);
  const auto labelled = unlabelled(truth, 3);
  const auto items = synthetic::structures(synthetic::alloy, 3);
  const ace::Evaluator evaluator(truth);
  for (std::size_t k = 0; k < items.size(); ++k) {
    const potential::Evaluation found = evaluator.evaluate(items[k].structure);
    const Eigen::VectorXd rows = predicted(skeleton, parameters, labelled[k]);
    CHECK(rows[0] == doctest::Approx(found.energy).epsilon(1e-12));
    for (std::size_t i = 0; i < items[k].structure.size(); ++i)
      for (int axis = 0; axis < 3; ++axis)
        CHECK(std::abs(rows[static_cast<Eigen::Index>(1 + 3 * i) + axis] + found.forces[i][axis]) <
              1e-10);
    const Eigen::Index strain = rows.size() - 6;
    CHECK(std::abs(rows[strain] + found.virial(0, 0)) < 1e-9);
    CHECK(std::abs(rows[strain + 3] + found.virial(1, 2)) < 1e-9);
    CHECK(std::abs(rows[strain + 5] + found.virial(0, 1)) < 1e-9);
  }
}

TEST_CASE("parameters survive a journey through a potential") {
  const ace::Potential truth = synthetic::nonlinear_truth(synthetic::alloy);
  const fit::Parameters parameters(truth);
  const Eigen::VectorXd values = parameters.read(truth);
  ace::Potential other = truth;
  parameters.write(2 * values, other);
  CHECK(parameters.read(other) == 2 * values);
  CHECK(other.bond(0, 1).coefficients == other.bond(1, 0).coefficients);
}

TEST_CASE("the Jacobian of energies, forces and stresses is their finite difference") {
  const ace::Potential truth = synthetic::nonlinear_truth(synthetic::alloy);
  const fit::Skeleton skeleton(truth);
  const Eigen::VectorXd parameters = skeleton.parameters.read(truth);
  const auto labelled = unlabelled(truth, 1).front();
  fit::TrialRows rows;
  fit::Jacobian jacobian;
  (void)rows.differentiate(fit::Trial(skeleton, parameters), labelled, true, jacobian);
  CHECK(jacobian.columns == parameters.size());
  for (Eigen::Index k = 0; k < parameters.size(); ++k) {
    constexpr double h = 1e-5;
    const Eigen::VectorXd step = h * Eigen::VectorXd::Unit(parameters.size(), k);
    const Eigen::VectorXd difference = (predicted(skeleton, parameters + step, labelled) -
                                        predicted(skeleton, parameters - step, labelled)) /
                                       (2 * h);
    Eigen::VectorXd found(difference.size());
    found[0] = jacobian.energy[k];
    for (Eigen::Index row = 0; row < labelled.rows(); ++row)
      found[1 + row] =
          jacobian.tiles[static_cast<std::size_t>((row / 8 * jacobian.columns + k) * 8 + row % 8)];
    CHECK((found - difference).norm() <= 1e-7 * (1 + difference.norm()));
  }
}

TEST_CASE("the gradient of the loss is its finite difference") {
  const ace::Potential truth = synthetic::nonlinear_truth(synthetic::alloy);
  const fit::Skeleton skeleton(truth);
  const Eigen::VectorXd parameters = skeleton.parameters.read(truth);
  const fit::Objective objective(unlabelled(truth, 2), 1);
  Eigen::VectorXd gradient;
  const double loss = objective.gradient(fit::Trial(skeleton, parameters), gradient);
  CHECK(loss == doctest::Approx(objective.loss(fit::Trial(skeleton, parameters))).epsilon(1e-12));
  for (Eigen::Index k = 0; k < parameters.size(); k += 3) {
    constexpr double h = 1e-5;
    const Eigen::VectorXd step = h * Eigen::VectorXd::Unit(parameters.size(), k);
    const double difference = (objective.loss(fit::Trial(skeleton, parameters + step)) -
                               objective.loss(fit::Trial(skeleton, parameters - step))) /
                              (2 * h);
    CHECK(std::abs(gradient[k] - difference) < 1e-6 * (1 + std::abs(difference)));
  }
}

TEST_CASE("normal equations, gradient and loss agree") {
  const ace::Potential truth = synthetic::nonlinear_truth(synthetic::alloy);
  const fit::Skeleton skeleton(truth);
  const fit::Trial trial(skeleton, skeleton.parameters.read(truth));
  const fit::Objective objective(unlabelled(truth, 5), 2);
  std::vector<Eigen::Index> moving;
  for (Eigen::Index k = 1; k < trial.parameters.size(); k += 2) moving.push_back(k);
  const fit::NormalEquations equations = objective.normal_equations(trial, moving);
  Eigen::VectorXd gradient;
  const double loss = objective.gradient(trial, gradient);
  CHECK(equations.loss == doctest::Approx(loss).epsilon(1e-12));
  CHECK((2 * equations.gradient - gradient(moving)).norm() < 1e-10 * gradient.norm());
}
