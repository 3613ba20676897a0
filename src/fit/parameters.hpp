/// The numbers a nonlinear fit moves, in one vector: function coefficients, then radial ones.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "ace/potential.hpp"

namespace mlip::fit {

/// Coefficients [species][function][density], then blocks [n][l][k] of the bonds i ≤ j, which ji
/// shares.
class Parameters {
 public:
  explicit Parameters(const ace::Potential& potential);
  [[nodiscard]] Eigen::Index count() const { return total_; }
  /// Those of the functions come first.
  [[nodiscard]] Eigen::Index function_count() const { return radial_.front(); }
  /// Where the coefficients of a species begin.
  [[nodiscard]] Eigen::Index functions(int species) const {
    return functions_[static_cast<std::size_t>(species)];
  }
  /// Where the block of the bond between two species, in either order, begins.
  [[nodiscard]] Eigen::Index radial(int i, int j) const;

  [[nodiscard]] Eigen::VectorXd read(const ace::Potential& potential) const;
  void write(const Eigen::VectorXd& values, ace::Potential& potential) const;

 private:
  int species_;
  std::vector<Eigen::Index> functions_, radial_;
  Eigen::Index total_ = 0;
};

}  // namespace mlip::fit
