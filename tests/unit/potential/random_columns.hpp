/// Projections that atoms might have.
#pragma once

#include <Eigen/Core>
#include <cmath>

#include "core/seed.hpp"

namespace synthetic {

/// Functions × atoms; the functions' sizes span six orders of magnitude.
inline Eigen::MatrixXd random_columns(Eigen::Index functions, Eigen::Index atoms) {
  auto engine = mlip::core::random_engine(9, "random columns");
  Eigen::MatrixXd result =
      Eigen::MatrixXd::NullaryExpr(functions, atoms, [&] { return mlip::core::normal(engine); });
  for (Eigen::Index k = 0; k < functions; ++k)
    result.row(k) *= std::pow(10.0, static_cast<double>(k % 7) - 3);
  return result;
}

}  // namespace synthetic
