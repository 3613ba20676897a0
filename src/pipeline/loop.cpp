#include "pipeline/loop.hpp"

#include "pipeline/steps.hpp"

namespace mlip::pipeline {

StopReason run_loop(Run& run) {
  seed(run);
  label_isolated_atoms(run);
  for (int generation = 0;; ++generation) {
    label(run, generation);
    const Trained trained = fit_while_labelling(run, generation);
    const Exploration found = explore(run, generation);
    auto reason =
        stop_rule(run.config.loop, {generation + 1, trained.holdout, found.quiet, run.out_of_time(),
                                    noise_before(run.database, generation + 1)});
    if (!reason && pick(run, generation + 1, trained) == 0) reason = StopReason::nothing_new;
    if (reason) {
      const Proven proven = guard(run);
      validate(run, proven);
      publish(run, proven, *reason);
      return *reason;
    }
  }
}

}  // namespace mlip::pipeline
