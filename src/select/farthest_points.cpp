#include "select/farthest_points.hpp"

#include <algorithm>
#include <barrier>
#include <thread>

#include "core/error.hpp"
#include "select/shadows.hpp"

namespace mlip::select {

namespace {

using Eigen::Index;

/// Distances to all taken, kept up to date by threads that share the points.
class Sampling {
 public:
  Sampling(const Eigen::Ref<const Eigen::MatrixXd>& points, const FarthestOptions& options)
      : points_(points),
        options_(options),
        shadows_(points),
        candidates_(static_cast<std::size_t>(points.cols()) - options.known),
        distances_(candidates_, std::numeric_limits<double>::infinity()),
        openings_(options, candidates_) {
    const double work = double(points.rows()) * double(candidates_);
    const int cores = static_cast<int>(std::thread::hardware_concurrency());
    threads_ = work < 1e6 ? 1 : std::max(1, options.threads > 0 ? options.threads : cores);
    furthest_.resize(static_cast<std::size_t>(threads_));
  }

  std::vector<FarthestPick> run() {
    std::barrier meet(threads_);
    std::vector<std::jthread> workers;
    for (int w = 1; w < threads_; ++w)
      workers.emplace_back([&, w] {
        while (true) {
          meet.arrive_and_wait();
          if (ended_) return;
          approach(w);
          meet.arrive_and_wait();
        }
      });
    const auto take = [&](std::size_t point) {
      taken_ = point;
      meet.arrive_and_wait();
      approach(0);
      meet.arrive_and_wait();
    };
    for (std::size_t k = 0; k < options_.known; ++k) take(candidates_ + k);
    while (picks_.size() < std::min(options_.count, candidates_)) {
      const auto next = choose();
      if (!next) break;
      openings_.take(*next);
      take(*next);
    }
    ended_ = true;
    meet.arrive_and_wait();
    return picks_;
  }

 private:
  struct Furthest {
    std::size_t index;
    double distance;
  };

  [[nodiscard]] std::optional<std::size_t> choose() {
    Furthest next{candidates_, -1};
    if (!taken_) {
      next = start();
    } else {
      for (const Furthest& found : furthest_)
        if (found.distance > next.distance) next = found;
      if (next.distance <= options_.least) return {};
    }
    if (next.index == candidates_) return {};
    picks_.push_back({next.index, next.distance});
    return next.index;
  }

  [[nodiscard]] Furthest start() const {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (options_.first && openings_.open(*options_.first)) return {*options_.first, infinity};
    Furthest longest{candidates_, -1};
    double most = -1;
    for (std::size_t i = 0; i < candidates_; ++i) {
      const double length = points_.col(Index(i)).norm();
      if (length <= most || !openings_.open(i)) continue;
      most = length;
      longest = {i, infinity};
    }
    return longest;
  }

  void approach(int worker) {
    const std::size_t from = candidates_ * std::size_t(worker) / std::size_t(threads_),
                      to = candidates_ * std::size_t(worker + 1) / std::size_t(threads_);
    const std::size_t point = *taken_;
    Furthest found{candidates_, -1};
    for (std::size_t i = from; i < to; ++i) {
      if (!openings_.open(i)) continue;
      double& distance = distances_[i];
      if (!shadows_.apart(i, point, distance * distance))
        distance = std::min(distance, (points_.col(Index(i)) - points_.col(Index(point))).norm());
      if (distance > found.distance) found = {i, distance};
    }
    furthest_[std::size_t(worker)] = found;
  }

  const Eigen::Ref<const Eigen::MatrixXd>& points_;
  const FarthestOptions& options_;
  Shadows shadows_;
  std::size_t candidates_;
  std::vector<double> distances_;
  Openings openings_;
  std::optional<std::size_t> taken_;  ///< the last
  std::vector<Furthest> furthest_;
  std::vector<FarthestPick> picks_;
  int threads_ = 1;
  bool ended_ = false;
};

}  // namespace

std::vector<FarthestPick> farthest_points(const Eigen::Ref<const Eigen::MatrixXd>& points,
                                          const FarthestOptions& options) {
  MLIP_ASSERT(options.known <= static_cast<std::size_t>(points.cols()));
  if (static_cast<std::size_t>(points.cols()) == options.known || options.count == 0) return {};
  return Sampling(points, options).run();
}

}  // namespace mlip::select
