#include "fit/linear.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "ace/evaluator.hpp"
#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/seed.hpp"
#include "fit/assembly.hpp"
#include "fit/caution.hpp"
#include "fit/core_repulsion.hpp"
#include "fit/model.hpp"
#include "fit/prior.hpp"
#include "fit/teacher.hpp"
#include "potential/lapack.hpp"

namespace mlip::fit {

namespace {

class Stopwatch {
 public:
  [[nodiscard]] double lap() {
    const auto now = std::chrono::steady_clock::now();
    return std::chrono::duration<double>(now - std::exchange(start_, now)).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

std::vector<Triangle> weighted_folds(std::vector<KindRows> folds, const Options& options) {
  std::vector<Triangle> triangles;
  for (KindRows& fold : folds) {
    triangles.push_back(weighted(fold, options));
    fold = KindRows(0);
  }
  return triangles;
}

Triangle sum_of(std::span<const Triangle> folds) {
  Triangle sum(folds.front().columns());
  for (const Triangle& fold : folds) sum.merge(fold);
  sum.flush();
  return sum;
}

/// The most cautious of those that are nearly the best: structures that no label is like need it.
std::size_t most_cautious(const std::vector<double>& badness) {
  constexpr double nearly = 1.05;
  std::size_t chosen = badness.size() - 1;
  while (badness.at(chosen) > std::ranges::min(badness) + 2 * std::log(nearly)) --chosen;
  return chosen;
}

/// What the labels say with the teacher's prior, at the strength that predicts `folds` best, or
/// without it where that predicts them clearly better and nobody asks for a stronger prior; `fit`
/// is told which, and by how much.
Learnt listen(const std::vector<Prior>& smooth, const std::vector<Triangle>& folds,
              const Options& options, Fit& fit) {
  constexpr double clearly = 1.25;
  const int threads = core::thread_count(options.threads);
  const auto doubted = [&](Prior prior) {
    prior.least_noise = least_label_noise * options.force_weight;
    return prior;
  };
  std::vector<Prior> taught;
  for (Prior& prior : options.teacher->priors(options)) taught.push_back(doubted(std::move(prior)));
  const Triangle all = sum_of(folds);
  const std::vector<Triangle> learnt_from = options.folds > 1 ? folds : std::vector{all};
  const Learnt heard = learn(taught, learnt_from, 1, threads);
  const Prior& prior = taught[heard.prior];
  std::vector<double> strengths;
  for (const double caution : cautions) strengths.push_back(caution * heard.information.strength);
  const std::vector<double> badness = held_out_badness(folds, all, prior, strengths);
  const std::size_t caution = most_cautious(badness);
  Learnt alone = learn(smooth, learnt_from, options.prior_factor, threads);
  const double untaught =
      held_out_badness(folds, all, doubted(smooth[alone.prior]), {&alone.information.strength, 1})
          .front();
  fit.teacher_gain = std::exp((untaught - badness[caution]) / 2);
  fit.taught = clearly * fit.teacher_gain >= 1 || options.prior_factor > 1;
  if (!fit.taught) return alone;
  return learnt(ridge_of(all, prior), options.prior_factor * strengths[caution], all, prior);
}

}  // namespace

Fit fit_linear(const ace::Potential& basis, std::span<const Item> items,
               const std::vector<double>& isolated_energies, const Options& options) {
  const Columns columns(basis);
  Options dealt = options;
  if (options.teacher && options.folds < 2) dealt.folds = caution_folds;
  const Task task = make_task(items, columns, isolated_energies, dealt);
  const potential::SingleThreadedBlas single_threaded;
  Fit fit;
  fit.potential = bare_model(basis, items, isolated_energies, options);
  Stopwatch clock;
  Assembly assembly = assemble(fit.potential, task);
  fit.assembly_seconds = clock.lap();
  const std::vector<Prior> smooth = smooth_priors(fit.potential, options.smoothness_power);
  std::vector<Triangle> folds = weighted_folds(std::move(assembly.folds), options);
  Learnt learnt = options.teacher
                      ? listen(smooth, folds, options, fit)
                      : learn(smooth, std::move(folds), options.prior_factor, task.threads);
  if (fit.taught) lower_core(fit.potential, options.teacher->basis());
  fit.information = std::move(learnt.information);
  fit.log_evidence = learnt.log_evidence;
  fit.prior_strength = fit.information.strength;
  set_coefficients(fit.information.mean, fit.potential);
  fit.solve_seconds = clock.lap();
  fit.active_set = active_sets(fit.potential, assembly.projections, task.threads);
  fit.active_set_seconds = clock.lap();
  fit.train = measure(ace::Evaluator(fit.potential), items);
  return fit;
}

std::vector<ace::Potential> committee(const Fit& fit, std::size_t members, std::uint64_t seed) {
  std::vector<ace::Potential> potentials(members, fit.potential);
  const Posterior posterior(fit.information);
  for (std::size_t k = 0; k < members; ++k) {
    auto engine = core::random_engine(seed, "committee", k);
    set_coefficients(posterior.sample(engine), potentials[k]);
  }
  return potentials;
}

}  // namespace mlip::fit
