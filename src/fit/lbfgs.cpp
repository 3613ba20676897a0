#include "fit/lbfgs.hpp"

#include <cmath>

namespace mlip::fit {

namespace {

constexpr std::size_t memory = 30;
constexpr double sufficient = 1e-4;  // share of the linear decrease a step must bring
constexpr int halvings = 30;

}  // namespace

Lbfgs::Lbfgs(const Skeleton& skeleton, const Objective& objective, const Penalty& penalty,
             std::vector<Eigen::Index> moving)
    : skeleton_(skeleton), objective_(objective), penalty_(penalty), moving_(std::move(moving)) {}

void Lbfgs::begin(Point& point) {
  constexpr double unused = 1e-12;  // of the largest curvature
  const Eigen::VectorXd curvatures =
      objective_.curvatures(Trial(skeleton_, point.parameters))(moving_) +
      penalty_.parabola(point.parameters, moving_).curvature;
  scale_ = curvatures.cwiseMax(unused * curvatures.maxCoeff()).cwiseSqrt().cwiseInverse();
  value_ = evaluate(point.parameters, point.loss, gradient_);
}

double Lbfgs::evaluate(const Eigen::VectorXd& parameters, double& loss,
                       Eigen::VectorXd& gradient) const {
  Eigen::VectorXd all;
  loss = objective_.gradient(Trial(skeleton_, parameters), all);
  gradient = scale_.cwiseProduct(all(moving_) + 2 * penalty_.parabola(parameters, moving_).slope);
  return loss + penalty_.value(parameters);
}

Eigen::VectorXd Lbfgs::direction() const {
  Eigen::VectorXd d = -gradient_;
  std::vector<double> shares;
  for (auto pair = pairs_.rbegin(); pair != pairs_.rend(); ++pair) {
    shares.push_back(pair->step.dot(d) / pair->step.dot(pair->change));
    d -= shares.back() * pair->change;
  }
  if (!pairs_.empty())
    d *= pairs_.back().step.dot(pairs_.back().change) / pairs_.back().change.squaredNorm();
  for (const Pair& pair : pairs_) {
    d += (shares.back() - pair.change.dot(d) / pair.step.dot(pair.change)) * pair.step;
    shares.pop_back();
  }
  return d;
}

void Lbfgs::remember(Eigen::VectorXd step, Eigen::VectorXd change) {
  constexpr double least_curvature = 1e-12;
  if (step.dot(change) <= least_curvature * step.norm() * change.norm()) return;
  pairs_.push_back({std::move(step), std::move(change)});
  if (pairs_.size() > memory) pairs_.pop_front();
}

bool Lbfgs::step(Point& point) {
  if (gradient_.size() == 0) begin(point);
  const Eigen::VectorXd d = direction();
  const double slope = d.dot(gradient_);
  if (!(slope < 0)) return false;
  double length = pairs_.empty() ? 0.5 : 1;
  for (int k = 0; k < halvings; ++k, length /= 2) {
    Point trial = point;
    trial.parameters(moving_) += length * scale_.cwiseProduct(d);
    Eigen::VectorXd gradient;
    const double value = evaluate(trial.parameters, trial.loss, gradient);
    if (!(value <= value_ + sufficient * length * slope)) continue;
    remember(length * d, gradient - gradient_);
    gradient_ = std::move(gradient);
    value_ = value;
    point = std::move(trial);
    return true;
  }
  return false;
}

}  // namespace mlip::fit
