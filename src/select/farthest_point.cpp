#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "select/descriptors.hpp"
#include "select/farthest_points.hpp"
#include "select/select.hpp"
#include "select/soap_points.hpp"

namespace mlip::select {

namespace {

/// Below this distance in units two structures are the same.
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

/// Points have their mean at zero: with nothing known the first is the one furthest from it.
std::vector<Pick> furthest(const Eigen::MatrixXd& points, const FarthestOptions& options,
                           double unit, const char* name) {
  std::vector<Pick> picks;
  for (const FarthestPick& pick : farthest_points(points, options)) {
    const double reach =
        (std::isinf(pick.distance) ? points.col(static_cast<Eigen::Index>(pick.index)).norm()
                                   : pick.distance) /
        unit;
    picks.push_back({pick.index,
                     fmt::format("furthest from all taken before ({:.3g} {})", reach, name),
                     reach});
  }
  return picks;
}

FarthestOptions options_of(std::size_t known, std::size_t count, double unit) {
  FarthestOptions options;
  options.count = count;
  options.known = known;
  options.least = same * unit;
  return options;
}

}  // namespace

std::vector<Pick> farthest_point(std::span<const core::Candidate> candidates,
                                 std::span<const core::Candidate> known,
                                 const potential::Calculator& model, std::size_t count) {
  if (candidates.empty() || count == 0) return {};
  const Eigen::MatrixXd points = points_of(candidates, known, model);
  const double unit = std::sqrt(static_cast<double>(std::max<Eigen::Index>(1, points.rows())));
  return furthest(points, options_of(known.size(), count, unit), unit, "standard deviations");
}

std::vector<Pick> farthest_by_soap(std::span<const core::Candidate> candidates,
                                   std::span<const core::Candidate> known, const soap::Soap& soap,
                                   std::size_t count) {
  if (candidates.empty() || count == 0) return {};
  Eigen::MatrixXd points(Eigen::Index(soap.features()),
                         Eigen::Index(candidates.size() + known.size()));
  Eigen::Index column = 0;
  for (const auto& part : {candidates, known})
    for (const core::Candidate& candidate : part)
      points.col(column++) = soap_point(soap, candidate.structure);
  centre(points);
  return furthest(points, options_of(known.size(), count, 1), 1, "by the SOAP kernel");
}

}  // namespace mlip::select
