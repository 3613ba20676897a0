#include "select/shadows.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>

#include "potential/lapack.hpp"

namespace mlip::select {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr Index sampled = 96;     // points whose principal directions are taken
constexpr Index together = 1024;  // points projected at a time

/// Evenly spaced columns.
MatrixXd sample_of(const Eigen::Ref<const MatrixXd>& points) {
  const Index count = std::min(sampled, points.cols());
  MatrixXd sample(points.rows(), count);
  for (Index k = 0; k < count; ++k) sample.col(k) = points.col(k * points.cols() / count);
  return sample;
}

/// Orthonormal columns, at most `most`, along which centred columns differ most.
MatrixXd directions_of(const MatrixXd& centred, Index most) {
  const MatrixXd gram = centred.transpose() * centred;
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(gram);
  Index kept = 0;  // of the eigenvalues, which ascend
  while (kept < std::min(most, gram.cols()) &&
         solver.eigenvalues()[gram.cols() - 1 - kept] > 1e-8 * solver.eigenvalues().maxCoeff())
    ++kept;
  const MatrixXd spanning = centred * solver.eigenvectors().rightCols(kept);
  const Eigen::HouseholderQR<MatrixXd> qr(spanning);
  const Index rank = std::min(kept, spanning.rows());
  // The last come first again: they tell points apart soonest
  return (qr.householderQ() * MatrixXd::Identity(spanning.rows(), rank)).rowwise().reverse();
}

MatrixXd product(const MatrixXd& directions, const MatrixXd& block) {
  MatrixXd result(directions.cols(), block.cols());
  const int n = static_cast<int>(directions.cols()), m = static_cast<int>(block.cols()),
            k = static_cast<int>(block.rows());
  const double one = 1, zero = 0;
  if (n > 0 && m > 0)
    dgemm_("T", "N", &n, &m, &k, &one, directions.data(), &k, block.data(), &k, &zero,
           result.data(), &n);
  return result;
}

}  // namespace

Shadows::Shadows(const Eigen::Ref<const MatrixXd>& points)
    : shadows_(static_cast<std::size_t>(points.cols())) {
  if (points.cols() == 0) return;
  MatrixXd sample = sample_of(points);
  const VectorXd middle = sample.rowwise().mean();
  sample.colwise() -= middle;
  const MatrixXd directions = directions_of(sample, static_cast<Index>(numbers) - 1);
  double longest = 0;
  for (Index start = 0; start < points.cols(); start += together) {
    const Index count = std::min(together, points.cols() - start);
    const MatrixXd block = points.middleCols(start, count).colwise() - middle;
    const MatrixXd projected = product(directions, block);
    for (Index k = 0; k < count; ++k) {
      auto& shadow = shadows_[static_cast<std::size_t>(start + k)];
      const double squared = block.col(k).squaredNorm();
      longest = std::max(longest, squared);
      for (Index d = 0; d < projected.rows(); ++d)
        shadow[static_cast<std::size_t>(d)] = static_cast<float>(projected(d, k));
      shadow.back() =
          static_cast<float>(std::sqrt(std::max(0.0, squared - projected.col(k).squaredNorm())));
    }
  }
  slack_ = static_cast<float>(4e-6 * longest);
}

}  // namespace mlip::select
