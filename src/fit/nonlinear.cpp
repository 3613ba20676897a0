#include "fit/nonlinear.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "ace/evaluator.hpp"
#include "core/error.hpp"
#include "core/parallel.hpp"
#include "fit/ladder.hpp"
#include "fit/lbfgs.hpp"
#include "fit/levenberg_marquardt.hpp"
#include "fit/nonlinear_start.hpp"
#include "fit/rows.hpp"

namespace mlip::fit {

namespace {

constexpr std::size_t most_for_normal_equations = 5000;

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::vector<Labelled> labelled_items(const ace::Potential& basis, std::span<const Item> items,
                                     std::span<const Weights> weights, int threads,
                                     std::span<const double> isolated) {
  const Columns columns(basis);
  std::vector<Labelled> result(items.size());
  core::parallel_for(items.size(), threads, [&](std::size_t k) {
    result[k] = labelled(items[k], weights[k], columns, basis.cutoff(), isolated);
  });
  return result;
}

Objective objective_of(const ace::Potential& basis, std::span<const Item> items,
                       const NonlinearData& data, const Options& linear,
                       const NonlinearOptions& options) {
  const bool given = !data.weights.empty() && items.data() == data.train.data();
  const std::vector<Weights> weights =
      given ? std::vector<Weights>(data.weights.begin(), data.weights.end())
            : loss_weights(basis, items, data.isolated_energies, linear, options);
  MLIP_ASSERT(weights.size() == items.size());
  const int threads = core::thread_count(linear.threads);
  return {labelled_items(basis, items, weights, threads, data.isolated_energies), threads};
}

Penalty penalty_of(const ace::Potential& start, const Parameters& parameters, const Options& linear,
                   const NonlinearOptions& options) {
  if (options.loss == "pacemaker")
    return {start,
            parameters,
            {options.l1,
             options.l2,
             {{options.w0_rad, options.w1_rad, options.w2_rad}, options.w_orth}}};
  return {start, parameters, linear.smoothness_power};
}

std::vector<Eigen::Index> leading(Eigen::Index count) {
  std::vector<Eigen::Index> all(static_cast<std::size_t>(count));
  std::iota(all.begin(), all.end(), Eigen::Index{0});
  return all;
}

/// The course of one fit over its rungs.
class Course {
 public:
  Course(const NonlinearData& data, const Options& linear, const NonlinearOptions& options,
         const NonlinearReport& report, const ace::Potential& model)
      : linear_(linear),
        options_(options),
        report_(report),
        train_(objective_of(model, data.train, data, linear, options)),
        held_out_(objective_of(model, data.held_out, data, linear, options)) {
    if (train_.rows() == 0)
      throw core::UserError(
          core::ExitCode::failed,
          fmt::format("nothing to fit: none of the {} structures has an unmasked label of "
                      "positive weight",
                      data.train.size()),
          "check that labels were accepted and that the fit weights are positive");
  }

  /// Fits one rung; false where the whole fit is to stop.
  bool climb(ace::Potential& model, bool cold) {
    const Skeleton skeleton(model);
    Penalty& penalty = penalty_.emplace(penalty_of(model, skeleton.parameters, linear_, options_));
    Point point{skeleton.parameters.read(model), 0};
    point.loss = train_.loss(Trial(skeleton, point.parameters));
    best_ = point;
    best_held_out_ = std::numeric_limits<double>::infinity();
    keep(skeleton, point);
    const std::vector<Eigen::Index> linear = linear_parameters(model);
    if (cold && solvable(linear)) {
      const double began = seconds();
      solve_linear(skeleton, train_, penalty, linear, point);
      linear_seconds_ = seconds() - began;
      keep(skeleton, point);
    }
    bool go_on = tell(skeleton, point);
    const Eigen::Index moving =
        options_.train_radial ? skeleton.parameters.count() : skeleton.parameters.function_count();
    if (go_on && by_normal_equations(moving)) {
      LevenbergMarquardt all(skeleton, train_, penalty, leading(moving), linear);
      go_on = iterate(all, skeleton, point);
    } else if (go_on) {
      Lbfgs all(skeleton, train_, penalty, leading(moving));
      go_on = iterate(all, skeleton, point);
    }
    skeleton.parameters.write(best_.parameters, model);
    loss_ = best_.loss + penalty.value(best_.parameters);
    return go_on;
  }

  /// Solves the linear parameters of the fitted model once more, from all labels: how long to
  /// iterate is settled, so nothing need be held out of them any longer.
  void use_held_out(ace::Potential& model) {
    const std::vector<Eigen::Index> linear = linear_parameters(model);
    if (held_out_.rows() == 0 || options_.loss == "pacemaker" || !solvable(linear)) return;
    std::vector<Labelled> structures = train_.structures();
    structures.insert(structures.end(), held_out_.structures().begin(),
                      held_out_.structures().end());
    const Objective all(std::move(structures), core::thread_count(linear_.threads));
    const Skeleton skeleton(model);
    Point point = best_;
    solve_linear(skeleton, all, *penalty_, linear, point);
    skeleton.parameters.write(point.parameters, model);
    loss_ = point.loss + penalty_->value(point.parameters);
  }

  [[nodiscard]] int iterations() const { return iterations_; }
  [[nodiscard]] double loss() const { return loss_; }
  [[nodiscard]] NonlinearStop stop() const { return stop_; }
  [[nodiscard]] double seconds() const { return seconds_since(start_); }

 private:
  static bool solvable(const std::vector<Eigen::Index>& linear) {
    return !linear.empty() && linear.size() <= most_for_normal_equations;
  }

  [[nodiscard]] bool by_normal_equations(Eigen::Index parameters) const {
    if (options_.optimiser != "automatic") return options_.optimiser == "levenberg_marquardt";
    return parameters <= static_cast<Eigen::Index>(most_for_normal_equations);
  }

  /// False where the whole fit is to stop, not only this rung of it.
  template <class Optimiser>
  bool iterate(Optimiser& optimiser, const Skeleton& skeleton, Point& point) {
    int idle = 0;
    stop_ = NonlinearStop::iterations;
    for (int k = 0; k < options_.iterations; ++k) {
      const double began = seconds(), before = point.loss;
      if (!optimiser.step(point)) {
        stop_ = NonlinearStop::converged;
        return true;
      }
      ++iterations_;
      const bool better = keep(skeleton, point);
      if (!tell(skeleton, point)) {
        stop_ = NonlinearStop::asked;
        return false;
      }
      const bool lower = before - point.loss > options_.tolerance * before;
      idle = better && lower ? 0 : idle + 1;
      if (idle >= options_.patience) {
        stop_ = lower ? NonlinearStop::held_out : NonlinearStop::converged;
        return true;
      }
      const double after_another = 2 * seconds() - began + linear_seconds_;
      if (options_.wall_seconds > 0 && after_another > options_.wall_seconds) {
        stop_ = NonlinearStop::wall_time;
        return false;
      }
    }
    return true;
  }

  /// Remembers the point if it is the best so far: on the held-out data where there are any.
  bool keep(const Skeleton& skeleton, const Point& point) {
    if (held_out_.rows() == 0) {
      best_ = point;
      return true;
    }
    held_out_loss_ = held_out_.loss(Trial(skeleton, point.parameters));
    if (!(held_out_loss_ < best_held_out_)) return false;
    best_ = point;
    best_held_out_ = held_out_loss_;
    return true;
  }

  bool tell(const Skeleton& skeleton, const Point& point) const {
    if (!report_) return true;
    NonlinearProgress progress;
    progress.iteration = iterations_;
    for (const Skeleton::Species& species : skeleton.species)
      progress.functions += species.program.functions;
    progress.parameters = static_cast<std::size_t>(skeleton.parameters.count());
    progress.loss = point.loss;
    if (held_out_.rows() > 0) progress.held_out = held_out_loss_;
    progress.wall_seconds = seconds();
    return report_(progress);
  }

  const Options& linear_;
  const NonlinearOptions& options_;
  const NonlinearReport& report_;
  Clock::time_point start_ = Clock::now();
  Objective train_, held_out_;
  std::optional<Penalty> penalty_;  ///< of the rung
  Point best_;
  double best_held_out_ = 0, held_out_loss_ = 0, loss_ = 0;
  double linear_seconds_ = 0;  ///< what solving the linear parameters takes
  int iterations_ = 0;
  NonlinearStop stop_ = NonlinearStop::converged;
};

}  // namespace

NonlinearFit fit_nonlinear(const ace::Potential& start, const NonlinearData& data,
                           const Options& linear, const NonlinearOptions& options,
                           const NonlinearReport& report) {
  MLIP_ASSERT(data.isolated_energies.size() == start.species());
  const ace::Potential whole = prepared_start(start, data, linear, options);
  Course course(data, linear, options, report, whole);
  NonlinearFit fit;
  bool cold = !is_fitted(start);
  for (double share : rung_shares(cold ? options.ladder_step : 0)) {
    const ace::Potential rung = lowest_functions(whole, share);
    fit.potential = fit.potential.elements.empty() ? rung : carried_over(fit.potential, rung);
    const bool go_on = course.climb(fit.potential, std::exchange(cold, false));
    if (!go_on) break;
  }
  if (!data.held_out.empty()) fit.held_out = measure(ace::Evaluator(fit.potential), data.held_out);
  course.use_held_out(fit.potential);
  fit.train = measure(ace::Evaluator(fit.potential), data.train);
  fit.loss = course.loss();
  fit.iterations = course.iterations();
  fit.stop = course.stop();
  fit.wall_seconds = course.seconds();
  return fit;
}

double loss_of(const ace::Potential& potential, const NonlinearData& data, const Options& linear,
               const NonlinearOptions& options) {
  const Skeleton skeleton(potential);
  const Objective objective = objective_of(potential, data.train, data, linear, options);
  const Eigen::VectorXd parameters = skeleton.parameters.read(potential);
  const double loss = objective.loss(Trial(skeleton, parameters));
  return options.loss == "pacemaker"
             ? loss + penalty_of(potential, skeleton.parameters, linear, options).value(parameters)
             : loss;
}

}  // namespace mlip::fit
