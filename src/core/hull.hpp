/// Lower convex hull of energies over composition.
#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

namespace mlip::core {

/// A phase: mole fractions (sum 1) and energy (eV/atom).
struct Phase {
  Eigen::VectorXd fractions;
  double energy;
};

/// Lowest energy (eV/atom) a mixture of `phases` has at the composition `fractions`: a linear
/// programme, solved by the simplex method with Bland's rule.  `phases` span the composition.
[[nodiscard]] double hull_energy(std::span<const Phase> phases, const Eigen::VectorXd& fractions);

}  // namespace mlip::core
