/// Limited-memory BFGS (Nocedal 1980, doi:10.1090/S0025-5718-1980-0572855-7): for more parameters
/// than normal equations can hold.
#pragma once

#include <Eigen/Core>
#include <deque>
#include <vector>

#include "fit/levenberg_marquardt.hpp"
#include "fit/objective.hpp"
#include "fit/penalty.hpp"

namespace mlip::fit {

class Lbfgs {
 public:
  /// Moves the parameters `moving`, each measured by its Gauss-Newton curvature at the first point.
  Lbfgs(const Skeleton& skeleton, const Objective& objective, const Penalty& penalty,
        std::vector<Eigen::Index> moving);
  /// One step that lowers loss and penalty enough for the first Wolfe condition; false, and `point`
  /// as it was, where there is none.
  [[nodiscard]] bool step(Point& point);

 private:
  struct Pair {
    Eigen::VectorXd step, change;  ///< of parameters and of gradient, scaled
  };
  [[nodiscard]] double evaluate(const Eigen::VectorXd& parameters, double& loss,
                                Eigen::VectorXd& gradient) const;
  void begin(Point& point);
  [[nodiscard]] Eigen::VectorXd direction() const;
  void remember(Eigen::VectorXd step, Eigen::VectorXd change);

  const Skeleton& skeleton_;
  const Objective& objective_;
  const Penalty& penalty_;
  std::vector<Eigen::Index> moving_;
  Eigen::VectorXd scale_, gradient_;
  double value_ = 0;
  std::deque<Pair> pairs_;
};

}  // namespace mlip::fit
