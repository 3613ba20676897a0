/// From a basis to a potential: what every linear fit puts around its coefficients.
#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "fit/linear.hpp"

namespace mlip::fit {

/// `basis` before its coefficients: one density, E0, a core below the shortest distances.
[[nodiscard]] ace::Potential bare_model(const ace::Potential& basis, std::span<const Item> items,
                                        std::span<const double> isolated, const Options& options);

/// In the order of the functions, species by species.
void set_coefficients(const Eigen::VectorXd& coefficients, ace::Potential& potential);

/// The active set of each species from its atoms' projections (functions × atoms).
[[nodiscard]] ace::ActiveSetInverse active_sets(const ace::Potential& potential,
                                                std::span<const Eigen::MatrixXd> projections,
                                                int threads);

}  // namespace mlip::fit
