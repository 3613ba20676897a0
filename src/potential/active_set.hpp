/// The active set of many atoms: MaxVol a batch at a time, so that the memory is that of the batch.
#pragma once

#include <Eigen/Core>

#include "potential/maxvol.hpp"

namespace mlip::potential {

/// As maxvol() of the transpose of `projections` (functions × atoms), which stays as it is: `rows`
/// are indices of its columns, γ of its atoms is at most about `tolerance`.  `batch` columns are
/// worked on at a time; 0: as many as 128 MiB hold.
[[nodiscard]] ActiveRows active_set(const Eigen::MatrixXd& projections, double tolerance = 1.01,
                                    Eigen::Index batch = 0);

/// `projections` with a column more a function: `fraction` of how far the function spreads over the
/// atoms, on its own axis. An active set of these has a finite grade in directions no atom spans: γ
/// = 1 there is `fraction` of the spread (a Gaussian prior on the projections; the D-optimal
/// counterpart of ridge regression).
[[nodiscard]] Eigen::MatrixXd with_spread(const Eigen::MatrixXd& projections, double fraction);

/// γ = max_j |b · inverse|_j of each column b of `projections`.
[[nodiscard]] Eigen::VectorXd extrapolation_grades(
    const Eigen::Ref<const Eigen::MatrixXd>& projections, const Eigen::MatrixXd& inverse);

}  // namespace mlip::potential
