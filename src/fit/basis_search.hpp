/// Where a basis is looked for: isolated energies, cutoff, and what the functions are spent on.
#pragma once

#include "fit/folds.hpp"
#include "fit/ranked_rows.hpp"

namespace mlip::fit {

struct Space {
  double cutoff = 0;  ///< Å
  const Shape* shape = nullptr;
  Recipe recipe = {};   ///< of its best trial
  double strength = 0;  ///< of the prior there
  double score = 0;     ///< of that trial: HeldOut::score()
  double speed = 0;     ///< operations of work() a second, at the largest trial
};

/// A race in two rounds by errors on held-out folds.  First the isolated energies (which of them
/// are in `problem` afterwards) and all cutoffs; then all shapes at the two best cutoffs, and the
/// cutoffs beside the best; with as many functions as a part of the wall time allows.  Structures
/// are left out only where there is no time for all: what is learnt from a few of them favours
/// short cutoffs.  Trials and choices of energies go into `advice`.
[[nodiscard]] Space search_basis(Problem& problem, Advice& advice);

}  // namespace mlip::fit
