/// Levenberg-Marquardt steps on the normal equations (Moré 1978, doi:10.1007/BFb0067700).
#pragma once

#include <Eigen/Core>

#include "fit/objective.hpp"
#include "fit/penalty.hpp"

namespace mlip::fit {

/// Where an optimiser stands.
struct Point {
  Eigen::VectorXd parameters;
  double loss = 0;  ///< without penalties
};

/// Variable projection (Golub 1973, doi:10.1137/0710036): the loss is a parabola in the `linear`
/// parameters, so these are at their optimum after every step, and only the others are damped, each
/// by its own curvature once the linear ones have followed.  Without that the near dependence of
/// the functions on one another would make every damping either too weak or a standstill.
class LevenbergMarquardt {
 public:
  /// Moves the parameters `moving`; `linear` are some or none of them.  Both ascend.
  LevenbergMarquardt(const Skeleton& skeleton, const Objective& objective, Penalty& penalty,
                     std::vector<Eigen::Index> moving, std::vector<Eigen::Index> linear);
  /// One step that lowers loss and penalty; false, and `point` as it was, where there is none.
  [[nodiscard]] bool step(Point& point);

 private:
  [[nodiscard]] Point settled(Eigen::VectorXd parameters) const;

  const Skeleton& skeleton_;
  const Objective& objective_;
  Penalty& penalty_;
  std::vector<Eigen::Index> moving_, linear_;
  double damping_ = 1e-4;
};

/// The linear parameters at their optimum, the others as they are.
void solve_linear(const Skeleton& skeleton, const Objective& objective, Penalty& penalty,
                  const std::vector<Eigen::Index>& linear, Point& point);

}  // namespace mlip::fit
