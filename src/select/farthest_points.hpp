/// Farthest-point sampling of points in a space of any dimension (Gonzalez 1985,
/// doi:10.1016/0304-3975(85)90224-5).
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

namespace mlip::select {

struct FarthestOptions {
  std::size_t count = std::numeric_limits<std::size_t>::max();  ///< at most so many are taken
  std::size_t known = 0;             ///< the last so many points were taken before
  std::optional<std::size_t> first;  ///< taken first where none is known; else the longest
  std::vector<int> groups;           ///< of each point that can be taken; empty: all in one
  std::vector<std::size_t> quotas;   ///< most points of each group; without limit where none
  double least = 0;                  ///< ends where none is further than this from all taken
  int threads = 0;                   ///< 0: one a core; they change no bit of the result
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
