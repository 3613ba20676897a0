#include "fit/linear.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "ace/evaluator.hpp"
#include "core/error.hpp"
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

/// Of the priors from `first` on against those before.
double gain(std::span<const double> badness, std::size_t first) {
  return std::ranges::min(badness.first(first)) - std::ranges::min(badness.subspan(first));
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
  std::vector<Prior> priors = smooth_priors(fit.potential, options.smoothness_power);
  const std::size_t untaught = priors.size();
  if (options.teacher)
    std::ranges::move(options.teacher->priors(options), std::back_inserter(priors));
  Learnt learnt = learn(priors, weighted_folds(std::move(assembly.folds), options),
                        options.prior_factor, task.threads);
  fit.taught = learnt.prior >= untaught;
  if (fit.taught) lower_core(fit.potential, options.teacher->basis());
  if (options.teacher) fit.teacher_gain = gain(learnt.badness, untaught);
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
