#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "select/descriptors.hpp"
#include "select/farthest_points.hpp"
#include "select/select.hpp"

namespace mlip::select {

namespace {

/// Below this standardised distance two structures are the same.
constexpr double same = 1e-6;

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
  const double unit = std::sqrt(static_cast<double>(std::max<Eigen::Index>(1, points.rows())));
  // With nothing known the first is the one furthest from the mean, which standardising put at
  // zero.
  FarthestOptions options;
  options.count = count;
  options.known = known.size();
  options.least = same * unit;
  for (const FarthestPick& pick : farthest_points(points, options)) {
    const double reach =
        (std::isinf(pick.distance) ? points.col(static_cast<Eigen::Index>(pick.index)).norm()
                                   : pick.distance) /
        unit;
    picks.push_back(
        {pick.index,
         fmt::format("furthest from all taken before ({:.3g} standard deviations)", reach), reach});
  }
  return picks;
}

}  // namespace mlip::select
