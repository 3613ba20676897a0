/// Chooses from many functions the few that tell the labels best.
#pragma once

#include "fit/folds.hpp"
#include "fit/ranked_rows.hpp"

namespace mlip::fit {

/// Columns of A in an order in which each lowers min |A w − z|² + strength |w|² the most, those
/// before it free to follow (orthogonal least squares, doi:10.1080/00207178908953472).
struct Telling {
  std::vector<Eigen::Index> columns;  ///< fewer than asked for where no other is independent
  double cost = 0;                    ///< the minimum with all of them
};
/// `normal` is the upper triangle of [A | z]ᵀ [A | z].
[[nodiscard]] Telling telling_columns(const Eigen::MatrixXd& normal, double strength,
                                      Eigen::Index count);

/// The `count` functions of `pool` that tell the labels of the problem best, under the prior of
/// `recipe` at a strength.
[[nodiscard]] ace::Potential telling_functions(const Problem& problem, const ace::Potential& pool,
                                               const Recipe& recipe, double strength,
                                               Eigen::Index count);

}  // namespace mlip::fit
