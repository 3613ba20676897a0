#include "select/principal_plane.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>

namespace mlip::select {

using Eigen::Index;

PrincipalPlane principal_plane(const Eigen::Ref<const Eigen::MatrixXd>& points) {
  PrincipalPlane plane;
  plane.points.setZero(2, points.cols());
  const Index count = std::min<Index>(1000, points.cols());
  if (count < 2) return plane;
  Eigen::MatrixXd sample(points.rows(), count);
  for (Index k = 0; k < count; ++k) sample.col(k) = points.col(k * points.cols() / count);
  const Eigen::VectorXd middle = sample.rowwise().mean();
  sample.colwise() -= middle;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(sample.transpose() * sample);
  const double all = solver.eigenvalues().sum();
  for (Index d = 0; d < 2; ++d) {
    const double value = solver.eigenvalues()[count - 1 - d];
    if (!(value > 1e-12 * all)) continue;
    Eigen::VectorXd direction = sample * solver.eigenvectors().col(count - 1 - d);
    direction.normalize();
    Index largest = 0;  // the sign is free: fixed, so that a map looks the same again
    direction.cwiseAbs().maxCoeff(&largest);
    if (direction[largest] < 0) direction = -direction;
    plane.share[d] = value / all;
    for (Index k = 0; k < points.cols(); ++k)
      plane.points(d, k) = direction.dot(points.col(k) - middle);
  }
  return plane;
}

}  // namespace mlip::select
