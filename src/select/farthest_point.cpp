#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "select/descriptors.hpp"
#include "select/select.hpp"

namespace mlip::select {

namespace {

/// Below this standardised distance two structures are the same.
constexpr double same = 1e-6;

/// Columns of fingerprints, each feature shifted and scaled to mean 0 and variance 1; constant ones
/// become 0.
void standardise(Eigen::MatrixXd& points) {
  const Eigen::VectorXd mean = points.rowwise().mean();
  const Eigen::VectorXd largest = points.cwiseAbs().rowwise().maxCoeff();
  points.colwise() -= mean;
  for (Eigen::Index row = 0; row < points.rows(); ++row) {
    const double deviation =
        std::sqrt(points.row(row).squaredNorm() / static_cast<double>(points.cols()));
    points.row(row) *= deviation > 1e-12 * largest[row] ? 1 / deviation : 0;
  }
}

/// Fingerprints of candidates, then of known structures.
Eigen::MatrixXd points_of(std::span<const core::Candidate> candidates,
                          std::span<const core::Candidate> known,
                          const potential::Calculator& model) {
  std::vector<SpeciesDescriptors> structures;
  for (const auto& part : {candidates, known})
    for (const core::Candidate& candidate : part)
      structures.push_back(descriptors_of(candidate.structure, candidate.force_mask, model));
  const auto widths = widths_of(structures);
  Eigen::MatrixXd points;
  for (std::size_t k = 0; k < structures.size(); ++k) {
    const Eigen::VectorXd point = fingerprint(structures[k], widths);
    if (k == 0) points.resize(point.size(), static_cast<Eigen::Index>(structures.size()));
    points.col(static_cast<Eigen::Index>(k)) = point;
  }
  standardise(points);
  return points;
}

}  // namespace

std::vector<Pick> farthest_point(std::span<const core::Candidate> candidates,
                                 std::span<const core::Candidate> known,
                                 const potential::Calculator& model, std::size_t count) {
  std::vector<Pick> picks;
  if (candidates.empty() || count == 0) return picks;
  const Eigen::MatrixXd points = points_of(candidates, known, model);
  const auto open = static_cast<Eigen::Index>(candidates.size());
  const double unit = std::sqrt(static_cast<double>(std::max<Eigen::Index>(1, points.rows())));
  // With nothing known the first is the one furthest from the mean, which standardising put at
  // zero.
  Eigen::VectorXd distance =
      known.empty() ? Eigen::VectorXd(points.leftCols(open).colwise().norm())
                    : Eigen::VectorXd::Constant(open, std::numeric_limits<double>::infinity());
  const auto approach = [&](Eigen::Index k) {
    const Eigen::VectorXd to = (points.leftCols(open).colwise() - points.col(k)).colwise().norm();
    distance = distance.cwiseMin(to);
  };
  for (Eigen::Index k = open; k < points.cols(); ++k) approach(k);
  while (picks.size() < std::min(count, candidates.size())) {
    Eigen::Index furthest = 0;
    const double reach = distance.maxCoeff(&furthest) / unit;
    if (reach < same && !(picks.empty() && known.empty())) break;
    picks.push_back(
        {static_cast<std::size_t>(furthest),
         fmt::format("furthest from all taken before ({:.3g} standard deviations)", reach), reach});
    if (known.empty() && picks.size() == 1)
      distance.setConstant(std::numeric_limits<double>::infinity());
    approach(furthest);
    distance[furthest] = 0;
  }
  return picks;
}

}  // namespace mlip::select
