#include "fit/linear.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "ace/evaluator.hpp"
#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/seed.hpp"
#include "fit/assembly.hpp"
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

/// What the labels say where the teacher is listened to; `fit` is told whether that is better than
/// to go by the `smooth` priors alone, and by how much.
Learnt listen(std::vector<Prior> smooth, const std::vector<Triangle>& folds, const Options& options,
              Fit& fit) {
  const std::size_t untaught = smooth.size();
  std::vector<Prior> priors = std::move(smooth);
  std::ranges::move(options.teacher->priors(options), std::back_inserter(priors));
  for (Prior& prior : priors) prior.least_noise = least_label_noise * options.force_weight;
  Learnt learnt = learn(priors, folds, options.prior_factor, core::thread_count(options.threads));
  const std::span<const double> badness = learnt.badness;
  fit.teacher_gain =
      std::ranges::min(badness.first(untaught)) - std::ranges::min(badness.subspan(untaught));
  fit.taught = learnt.prior >= untaught;
  return learnt;
}

}  // namespace

Fit fit_linear(const ace::Potential& basis, std::span<const Item> items,
               const std::vector<double>& isolated_energies, const Options& options) {
  const Columns columns(basis);
  const Task task = make_task(items, columns, isolated_energies, options);
  const potential::SingleThreadedBlas single_threaded;
  Fit fit;
  fit.potential = bare_model(basis, items, isolated_energies, options);
  Stopwatch clock;
  Assembly assembly = assemble(fit.potential, task);
  fit.assembly_seconds = clock.lap();
  const std::vector<Prior> smooth = smooth_priors(fit.potential, options.smoothness_power);
  std::vector<Triangle> folds = weighted_folds(std::move(assembly.folds), options);
  Learnt learnt;
  if (options.teacher) learnt = listen(smooth, folds, options, fit);
  if (!fit.taught) learnt = learn(smooth, std::move(folds), options.prior_factor, task.threads);
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
