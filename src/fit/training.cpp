#include "fit/training.hpp"

#include "ace/evaluator.hpp"
#include "fit/delta.hpp"

namespace mlip::fit {

namespace {

Fit fit_with(const ace::Potential& basis, std::span<const Item> items,
             const std::vector<double>& isolated_energies, const Options& options,
             const TrainingOptions& training, const pacemaker::Job& job) {
  if (training.engine == "pacemaker")
    return pacemaker::fit_with_pacemaker(basis, items, isolated_energies, options,
                                         training.pacemaker, job);
  return fit_linear(basis, items, isolated_energies, options);
}

}  // namespace

Fit train(const ace::Potential& basis, std::span<const Item> items,
          const std::vector<double>& isolated_energies, const Options& options,
          const TrainingOptions& training, const pacemaker::Job& job) {
  const std::vector<Item> weighted = weighted_items(items, training.weighting);
  // ZBL is nothing where there are data: there is nothing to subtract.
  if (training.reference == "zbl")
    return fit_with(basis, weighted, isolated_energies, options, training, job);
  const ace::Potential reference = pair_reference(basis, items, options.threads);
  const auto rest = subtract(ace::Evaluator(reference), weighted);
  Fit fit = fit_with(basis, rest, isolated_energies, options, training, job);
  add_reference(reference, fit.potential);
  fit.train = measure(ace::Evaluator(fit.potential), items);
  return fit;
}

}  // namespace mlip::fit
