#include "select/spanning_points.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/error.hpp"
#include "core/parallel.hpp"

namespace mlip::select {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using Points = Eigen::Ref<const MatrixXd>;

constexpr Index stretch = 512;  ///< points worked on at a time

/// Calls body(start, count) for stretches of points.
template <class Body>
void for_stretches(Index columns, int threads, const Body& body) {
  core::parallel_for(static_cast<std::size_t>((columns + stretch - 1) / stretch),
                     core::thread_count(threads), [&](std::size_t k) {
                       const Index start = static_cast<Index>(k) * stretch;
                       body(start, std::min(stretch, columns - start));
                     });
}

VectorXd projections(const Points& points, const VectorXd& direction, int threads) {
  VectorXd result(points.cols());
  for_stretches(points.cols(), threads, [&](Index start, Index count) {
    result.segment(start, count).noalias() =
        points.middleCols(start, count).transpose() * direction;
  });
  return result;
}

/// The open candidate with the largest score, the first of equals.
std::optional<std::size_t> best_open(const VectorXd& scores, const Openings& openings,
                                     std::size_t candidates) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < candidates; ++i)
    if (openings.open(i) && (!best || scores[Index(i)] > scores[Index(*best)])) best = i;
  return best;
}

std::size_t candidates_of(const Points& points, const ChoiceOptions& options) {
  MLIP_ASSERT(options.known <= static_cast<std::size_t>(points.cols()));
  return static_cast<std::size_t>(points.cols()) - options.known;
}

/// Σ x xᵀ of what points have beside the taken ones.
class Residual {
 public:
  explicit Residual(const Points& points) : gram_(MatrixXd::Zero(points.rows(), points.rows())) {
    for (Index start = 0; start < points.cols(); start += stretch)
      gram_.selfadjointView<Eigen::Lower>().rankUpdate(
          points.middleCols(start, std::min(stretch, points.cols() - start)));
    gram_.triangularView<Eigen::StrictlyUpper>() = gram_.transpose();
    least_ = 1e-12 * gram_.trace();
    direction_ = VectorXd::Ones(points.rows());
  }

  [[nodiscard]] bool spent() const { return !(gram_.trace() > least_); }

  /// What lies along x is taken off.
  void take(const VectorXd& x) {
    VectorXd q = x;
    for (int twice = 0; twice < 2; ++twice)  // once leaves what rounding brought
      for (const VectorXd& basis : taken_) q -= basis.dot(q) * basis;
    if (q.squaredNorm() <= 1e-24 * x.squaredNorm()) return;
    q.normalize();
    const VectorXd along = gram_ * q;
    const double square = q.dot(along);
    gram_ += square * (q * q.transpose()) - along * q.transpose() - q * along.transpose();
    taken_.push_back(std::move(q));
  }

  /// Unit eigenvector of the largest eigenvalue, which comes with it; by powers, from the last.
  double lead(VectorXd& direction) {
    constexpr int most = 300;
    double value = 0;
    // Never at right angles to all: the largest column has a share in the leading one.
    Index largest = 0;
    gram_.diagonal().maxCoeff(&largest);
    direction_ += gram_.col(largest).normalized() * direction_.norm();
    direction_.normalize();
    for (int iteration = 0; iteration < most; ++iteration) {
      VectorXd next = gram_ * direction_;
      const double norm = next.norm();
      next /= norm;
      const bool settled = (next - direction_).norm() < 1e-7;
      direction_ = next;
      value = norm;
      if (settled) break;
    }
    direction = direction_;
    return value;
  }

 private:
  MatrixXd gram_;
  std::vector<VectorXd> taken_;
  VectorXd direction_;
  double least_ = 0;
};

/// Inverse of 1 + Σ x xᵀ / prior over the taken, and what each point would add.
class Information {
 public:
  Information(const Points& points, double prior, int threads)
      : points_(points), threads_(threads), worths_(points.cols()) {
    const double mean_square = points.squaredNorm() / double(std::max<Index>(1, points.size()));
    MLIP_ASSERT(std::isfinite(mean_square));
    scale_ = mean_square > 0 ? 1 / (prior * mean_square) : 0;
    for (Index i = 0; i < points.cols(); ++i) worths_[i] = scale_ * points.col(i).squaredNorm();
  }

  /// xᵀ (1 + Σ ...)⁻¹ x / prior of each point.
  [[nodiscard]] const VectorXd& worths() const { return worths_; }

  void take(Index i) {
    VectorXd spread = points_.col(i);
    for (const VectorXd& half : halves_) spread -= half.dot(points_.col(i)) * half;
    spread *= std::sqrt(scale_ / (1 + worths_[i]));
    const VectorXd along = projections(points_, spread, threads_);
    worths_ = (worths_.array() - scale_ * along.array().square()).max(0);
    halves_.push_back(std::move(spread));
  }

 private:
  const Points& points_;
  int threads_;
  double scale_ = 0;
  VectorXd worths_;
  std::vector<VectorXd> halves_;  ///< the inverse is 1 − Σ half halfᵀ
};

/// Points that look exactly like the taken one are closed.
void close_copies(const Points& points, Index taken, const VectorXd& worths, Openings& openings,
                  std::size_t candidates) {
  const double limit = 1e-9 * points.col(taken).norm();
  for (std::size_t i = 0; i < candidates; ++i)
    if (openings.open(i) && std::abs(worths[Index(i)] - worths[taken]) <= 1e-6 * worths[taken] &&
        (points.col(Index(i)) - points.col(taken)).norm() <= limit)
      openings.close(i);
}

}  // namespace

std::vector<SpanningPick> cur_points(const Points& points, const ChoiceOptions& options) {
  const std::size_t candidates = candidates_of(points, options);
  Openings openings(options, candidates);
  Residual residual(points);
  for (Index k = Index(candidates); k < points.cols(); ++k) residual.take(points.col(k));
  std::vector<SpanningPick> picks;
  while (picks.size() < options.count && !residual.spent()) {
    VectorXd direction;
    const double value = residual.lead(direction);
    const VectorXd leverages =
        projections(points, direction, options.threads).array().square() / value;
    const auto best = best_open(leverages, openings, candidates);
    if (!best) break;
    picks.push_back({*best, leverages[Index(*best)]});
    openings.take(*best);
    residual.take(points.col(Index(*best)));
  }
  return picks;
}

std::vector<SpanningPick> d_optimal_points(const Points& points, const ChoiceOptions& options,
                                           double prior) {
  const std::size_t candidates = candidates_of(points, options);
  Openings openings(options, candidates);
  Information information(points, prior, options.threads);
  const auto take = [&](Index i) {
    close_copies(points, i, information.worths(), openings, candidates);
    information.take(i);
  };
  for (Index k = Index(candidates); k < points.cols(); ++k) take(k);
  std::vector<SpanningPick> picks;
  while (picks.size() < options.count) {
    const auto best = best_open(information.worths(), openings, candidates);
    if (!best || !(information.worths()[Index(*best)] > 0)) break;
    picks.push_back({*best, std::log1p(information.worths()[Index(*best)])});
    openings.take(*best);
    take(Index(*best));
  }
  return picks;
}

}  // namespace mlip::select
