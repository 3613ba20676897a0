/// Pacemaker's penalties of radial functions that oscillate, and of coefficients far from a
/// rotation (Bochkarev 2022, doi:10.1103/PhysRevMaterials.6.013804).
#pragma once

#include <Eigen/Core>
#include <array>
#include <vector>

#include "ace/potential.hpp"

namespace mlip::fit {

struct RadialWeights {
  std::array<double, 3> smoothness = {};  ///< of the radial functions, their slopes, curvatures
  double orthogonality = 0;
};

/// Σ_d smoothness_d S_d + orthogonality O of the radial coefficients c_nlk.  S_d is the mean over
/// the ordered pairs of species of Δ/rcut² Σ_r r² Σ_nl |∂^d R_nl/∂r^d|, without inner cutoffs, at
/// 100 distances r, Δ apart, up to the longest cutoff.  O is the sum over the ordered pairs of the
/// mean squared difference from the unit matrix of c_l c_lᵀ and of c_lᵀ c_l, where c_l is n × k; 0
/// where no function has two factors.
class RadialPenalty {
 public:
  RadialPenalty() = default;
  RadialPenalty(const ace::Potential& potential, const RadialWeights& weights);

  /// `radial`: the coefficients in the order of Parameters.
  [[nodiscard]] double value(const Eigen::VectorXd& radial) const;
  /// Adds half the first derivative to `slope` and to `curvature` half a second one: that of a
  /// parabola about as steep as the penalty is, which has kinks.
  void add_parabola(const Eigen::VectorXd& radial, Eigen::VectorXd& curvature,
                    Eigen::VectorXd& slope) const;

 private:
  /// Of the pairs ij and ji.
  struct Pair {
    Eigen::Index first;      ///< coefficient
    Eigen::Index n, l, k;    ///< numbers of each
    Eigen::MatrixXd smooth;  ///< (distances and derivatives) × k: smoothness is Σ |smooth · c_nl|
    double wide = 0, tall = 0;  ///< weights of |c_l c_lᵀ − 1|² and |c_lᵀ c_l − 1|²
  };
  std::vector<Pair> pairs_;
};

}  // namespace mlip::fit
