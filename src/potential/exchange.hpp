/// The two steps of MaxVol that a warm start shares with it.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

namespace mlip::potential {

/// Row `row` takes place `place` among the chosen ones.
struct Exchange {
  Eigen::Index row, place;
};

/// Exchanges that one batch of candidate rows makes at most.
inline constexpr int most_exchanges = 20000;
/// Rows with a grade above this part of the tolerance take part in a contest: the exchanges of
/// others may raise them above it.
inline constexpr double contender = 0.9;

/// Coordinates up to which every exchange may be that of the largest of all.
inline constexpr Eigen::Index few_coordinates = Eigen::Index{1} << 24;

/// Exchanges, in order, until no coordinate exceeds `tolerance`: each enlarges |det| by the largest
/// one.  Where there are more than `few` coordinates to go through for each, the few candidates
/// with the largest are exchanged among themselves, then all follow at once: one entry for each
/// place that changed in such a block.  `coordinates` has the candidate rows, in terms of the
/// chosen ones, as its columns; it follows the changes.
[[nodiscard]] std::vector<Exchange> exchange_rows(Eigen::MatrixXd& coordinates, double tolerance,
                                                  int iterations,
                                                  Eigen::Index few = few_coordinates);

/// The largest magnitude in each column; on all threads there are.
[[nodiscard]] Eigen::VectorXd largest_coordinates(const Eigen::MatrixXd& coordinates);

/// Inverse of a square matrix; none where it is singular.
[[nodiscard]] std::optional<Eigen::MatrixXd> inverse(Eigen::MatrixXd square);

}  // namespace mlip::potential
