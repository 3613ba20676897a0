#include "fit/levenberg_marquardt.hpp"

#include <algorithm>
#include <cmath>

#include "fit/projection.hpp"
#include "fit/symmetric.hpp"

namespace mlip::fit {

namespace {

constexpr double least_damping = 1e-8, most_damping = 1e6;

/// Loss after a change of the parameters of a problem that is a parabola.
double loss_after(const NormalEquations& equations, const Eigen::VectorXd& step) {
  return equations.loss + 2 * equations.gradient.dot(step) +
         step.dot(equations.matrix.selfadjointView<Eigen::Upper>() * step);
}

}  // namespace

LevenbergMarquardt::LevenbergMarquardt(const Skeleton& skeleton, const Objective& objective,
                                       Penalty& penalty, std::vector<Eigen::Index> moving,
                                       std::vector<Eigen::Index> linear)
    : skeleton_(skeleton),
      objective_(objective),
      penalty_(penalty),
      moving_(std::move(moving)),
      linear_(std::move(linear)) {}

Point LevenbergMarquardt::settled(Eigen::VectorXd parameters) const {
  if (linear_.empty()) {
    const double loss = objective_.loss(Trial(skeleton_, parameters));
    return {std::move(parameters), loss};
  }
  const NormalEquations equations =
      objective_.normal_equations(Trial(skeleton_, parameters), linear_);
  const Penalty::Parabola parabola = penalty_.parabola(parameters, linear_);
  Eigen::MatrixXd matrix = equations.matrix;
  matrix.diagonal() += parabola.curvature;
  const Eigen::VectorXd step =
      SymmetricFactors::of_semidefinite(matrix).solve(-(equations.gradient + parabola.slope));
  parameters(linear_) += step;
  return {std::move(parameters), loss_after(equations, step)};
}

bool LevenbergMarquardt::step(Point& point) {
  const NormalEquations equations =
      objective_.normal_equations(Trial(skeleton_, point.parameters), moving_);
  penalty_.learn(equations, point.parameters, objective_.rows());
  const Penalty::Parabola parabola = penalty_.parabola(point.parameters, moving_);
  const Projection projection(equations, parabola, linear_, skeleton_.parameters.function_count());
  const double before = equations.loss + penalty_.value(point.parameters);
  for (; damping_ <= most_damping; damping_ *= 8) {
    const auto delta = projection.step(damping_);
    if (!delta) continue;
    Eigen::VectorXd parameters = point.parameters;
    parameters(moving_) += *delta;
    Point trial = settled(std::move(parameters));
    const double after = trial.loss + penalty_.value(trial.parameters);
    const double expected = equations.loss - loss_after(equations, *delta) -
                            2 * parabola.slope.dot(*delta) -
                            parabola.curvature.dot(delta->cwiseAbs2());
    const double ratio = (before - after) / expected;
    if (!(after < before)) continue;
    if (ratio > 0.75) damping_ = std::max(least_damping, damping_ / 10);
    if (ratio < 0.25) damping_ *= 4;
    point = std::move(trial);
    return true;
  }
  damping_ = 1;
  return false;
}

void solve_linear(const Skeleton& skeleton, const Objective& objective, Penalty& penalty,
                  const std::vector<Eigen::Index>& linear, Point& point) {
  const NormalEquations equations =
      objective.normal_equations(Trial(skeleton, point.parameters), linear);
  penalty.learn(equations, point.parameters, objective.rows());
  const Penalty::Parabola parabola = penalty.parabola(point.parameters, linear);
  Eigen::MatrixXd matrix = equations.matrix;
  matrix.diagonal() += parabola.curvature;
  const Eigen::VectorXd step =
      SymmetricFactors::of_semidefinite(matrix).solve(-(equations.gradient + parabola.slope));
  point.parameters(linear) += step;
  point.loss = loss_after(equations, step);
}

}  // namespace mlip::fit
