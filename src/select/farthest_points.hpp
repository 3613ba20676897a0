/// Farthest-point sampling of points in a space of any dimension (Gonzalez 1985,
/// doi:10.1016/0304-3975(85)90224-5).
#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "select/openings.hpp"

namespace mlip::select {

struct FarthestOptions : ChoiceOptions {
  std::optional<std::size_t> first;  ///< taken first where none is known; else the longest
  double least = 0;                  ///< ends where none is further than this from all taken
};

struct FarthestPick {
  std::size_t index;
  double distance;  ///< from the nearest taken before; infinite for a first
};

/// Takes the point (a column) that is furthest from its nearest taken one, the first of equals,
/// again and again.  Exact: what is skipped cannot have come nearer, by the triangle inequality and
/// by the distance in a few principal directions.
[[nodiscard]] std::vector<FarthestPick> farthest_points(
    const Eigen::Ref<const Eigen::MatrixXd>& points, const FarthestOptions& options);

}  // namespace mlip::select
