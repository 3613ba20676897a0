/// What a nonlinear fit adds to the loss to keep its parameters in bounds.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "ace/potential.hpp"
#include "fit/objective.hpp"
#include "fit/parameters.hpp"
#include "fit/radial_penalty.hpp"

namespace mlip::fit {

/// How far each parameter may be expected to move, up to one factor: less the more a function
/// oscillates.
[[nodiscard]] Eigen::VectorXd parameter_widths(const ace::Potential& potential,
                                               double smoothness_power);

/// Either a Gaussian prior whose widths the evidence sets, a factor for each order and density and
/// one for the radial coefficients (MacKay 1992, doi:10.1162/neco.1992.4.3.415); or Pacemaker's
/// l1 Σ|c| + l2 Σ c² of the function coefficients, whose first term Newton steps see as the
/// parabola that touches it from above, and RadialPenalty.
class Penalty {
 public:
  /// The prior; radial coefficients are pulled to those of `start`, function coefficients to 0.
  Penalty(const ace::Potential& start, const Parameters& parameters, double smoothness_power);
  /// Pacemaker's.
  struct Pacemaker {
    double l1 = 0, l2 = 0;
    RadialWeights radial = {};
  };
  Penalty(const ace::Potential& start, const Parameters& parameters, const Pacemaker& weights);

  [[nodiscard]] double value(const Eigen::VectorXd& parameters) const;
  /// Half the second derivative and half the first, of some parameters.
  struct Parabola {
    Eigen::VectorXd curvature, slope;
  };
  [[nodiscard]] Parabola parabola(const Eigen::VectorXd& parameters,
                                  const std::vector<Eigen::Index>& moving) const;
  /// Sets the factors of the prior from the linearised problem of `rows` labels at `parameters`;
  /// nothing to do for Pacemaker's.
  void learn(const NormalEquations& equations, const Eigen::VectorXd& parameters, std::size_t rows);

 private:
  void learn_once(const NormalEquations& equations, const Eigen::VectorXd& parameters,
                  std::size_t rows);

  [[nodiscard]] std::size_t group(Eigen::Index parameter) const {
    return static_cast<std::size_t>(group_[static_cast<std::size_t>(parameter)]);
  }

  Pacemaker pacemaker_;
  RadialPenalty radial_;
  Eigen::Index functions_;
  Eigen::VectorXd mean_, widths_;  ///< of the prior; empty: Pacemaker's
  std::vector<int> group_;
  std::vector<double> strength_;  ///< of each group; negative: not learnt yet
};

}  // namespace mlip::fit
