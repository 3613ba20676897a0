/// Points as they look from where they differ most.
#pragma once

#include <Eigen/Core>

namespace mlip::select {

struct PrincipalPlane {
  Eigen::Matrix2Xd points;         ///< a column a point, along the two directions
  Eigen::Vector2d share = {0, 0};  ///< of the variance that each direction holds
};

/// Two principal components.  Directions are those of at most a thousand evenly spaced points.
[[nodiscard]] PrincipalPlane principal_plane(const Eigen::Ref<const Eigen::MatrixXd>& points);

}  // namespace mlip::select
