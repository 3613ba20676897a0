/// Surroundings of one atom for tests.
#pragma once

#include <random>
#include <vector>

#include "ace/evaluator.hpp"

namespace surroundings {

/// `count` neighbours at 0.4 to 1 times `radius`.
inline std::vector<mlip::ace::AtomNeighbor> random(int count, int species, double radius,
                                                   unsigned seed) {
  std::mt19937 engine(seed);
  std::uniform_real_distribution<double> unit(-1, 1);
  std::vector<mlip::ace::AtomNeighbor> neighbors;
  while (static_cast<int>(neighbors.size()) < count) {
    const mlip::core::Vec3 v(unit(engine), unit(engine), unit(engine));
    if (v.norm() > 1 || v.norm() < 0.4) continue;
    neighbors.push_back({radius * v, static_cast<int>(neighbors.size()) % species});
  }
  return neighbors;
}

/// Coefficients of every function and radial function drawn anew.
inline void randomise(mlip::ace::Potential& potential, double scale, unsigned seed) {
  std::mt19937 engine(seed);
  std::normal_distribution<double> normal(0, scale);
  for (auto& list : potential.functions)
    for (auto& function : list)
      for (double& c : function.coefficients) c = normal(engine);
  for (int i = 0; i < static_cast<int>(potential.species()); ++i)
    for (int j = 0; j <= i; ++j) {
      for (double& c : potential.bond(i, j).coefficients) c += 3 * normal(engine);
      potential.bond(j, i) = potential.bond(i, j);
    }
}

}  // namespace surroundings
