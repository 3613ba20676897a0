#include "fit/normal_ridge.hpp"

#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "core/error.hpp"
#include "core/units.hpp"
#include "potential/lapack.hpp"

namespace mlip::fit {

namespace {

/// Of a column's length² with the penalty: what has to be left of it beside the columns before.
constexpr double least_pivot = 1e-13;
/// Of the trace, where the search begins and the strongest prior it considers.
constexpr int first_decade = -14, highest_decade = 4;
constexpr double nothing = -std::numeric_limits<double>::infinity();

/// Where the parabola through (−1, a), (0, b), (1, c) is highest; b is the largest of them.
double vertex(double a, double b, double c) {
  const double bend = a - 2 * b + c;
  return bend < 0 ? 0.5 * (a - c) / bend : 0;
}

}  // namespace

NormalRidge::NormalRidge(Eigen::MatrixXd normal, std::size_t rows)
    : normal_(std::move(normal)), rows_(rows) {
  MLIP_ASSERT(normal_.rows() == normal_.cols() && normal_.rows() > 1 && rows_ > 0);
}

std::optional<NormalRidge::Solution> NormalRidge::solve(double strength) const {
  const Eigen::Index p = normal_.rows() - 1;
  const int n = static_cast<int>(p), one = 1;
  Eigen::MatrixXd factor = normal_.topLeftCorner(p, p);
  factor.diagonal().array() += strength;
  const Eigen::VectorXd lengths = factor.diagonal();
  int info = 0;
  dpotrf_("U", &n, factor.data(), &n, &info);
  if (info != 0) return std::nullopt;
  const auto pivots = factor.diagonal().array();
  if ((pivots.square() < least_pivot * lengths.array()).any()) return std::nullopt;
  Solution solution{normal_.col(p).head(p), 0, 0};
  dpotrs_("U", &n, &one, factor.data(), &n, solution.minimiser.data(), &n, &info);
  const double cost = normal_(p, p) - normal_.col(p).head(p).dot(solution.minimiser);
  if (cost <= least_pivot * normal_(p, p)) return std::nullopt;
  const auto rows = static_cast<double>(rows_);
  solution.noise_variance = cost / rows;
  solution.log_evidence = -0.5 * (rows * (std::log(2 * core::pi * solution.noise_variance) + 1) +
                                  2 * pivots.log().sum() - n * std::log(strength));
  return solution;
}

std::optional<double> NormalRidge::best_strength() const {
  const double trace = normal_.diagonal().head(normal_.rows() - 1).sum();
  if (trace <= 0) return std::nullopt;
  std::map<int, double> known;
  const auto evidence = [&](int decade) {
    const auto [entry, unknown] = known.try_emplace(decade, nothing);
    if (!unknown) return entry->second;
    if (const auto solution = solve(trace * std::pow(10.0, decade)))
      entry->second = solution->log_evidence;
    return entry->second;
  };
  int decade = first_decade;
  while (evidence(decade) == nothing && decade < highest_decade) ++decade;
  while (evidence(decade + 1) > evidence(decade) && decade < highest_decade) ++decade;
  while (evidence(decade - 1) > evidence(decade)) --decade;
  if (evidence(decade - 1) == nothing) return std::nullopt;
  const double step = vertex(evidence(decade - 1), evidence(decade), evidence(decade + 1));
  return trace * std::pow(10.0, decade + step);
}

}  // namespace mlip::fit
