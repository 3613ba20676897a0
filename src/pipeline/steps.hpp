/// The steps of the loop, each from the database to the database, journaled: done once, however
/// often the run is killed.
#pragma once

#include <cstddef>

#include "ace/evaluator.hpp"
#include "fit/linear.hpp"
#include "pipeline/label_noise.hpp"
#include "pipeline/roles.hpp"
#include "pipeline/run.hpp"
#include "pipeline/stop_rule.hpp"
#include "validate/guards.hpp"

namespace mlip::pipeline {

/// A generation's potential, read back from its files.
struct Trained {
  ace::Evaluator model;
  fit::Metrics holdout;
};

/// What a generation's walks met.
struct Exploration {
  bool quiet = false;  ///< no atom beyond the threshold, no crash
};

/// Seed candidates into the database; held-out and equation-of-state structures and the first picks
/// queued.
void seed(Run& run);

/// Isolated atoms of every element, by the isolated-atom oracle.
void label_isolated_atoms(Run& run);

/// Labels everything queued for training.
void label(Run& run, int generation);

/// Which labels are reviewed, and among which they have neighbours.
struct ReviewScope {
  std::vector<Role> reviewed, neighbors;
};

/// Labels whose moments are off their neighbours' branch are computed again from other starts, each
/// label once a run, until every label that is off has been; the lowest counts.  The starts that
/// are still to come are in the documents "magnetism/ROW", the journal has `step` when all are
/// done.
void review_magnetism(Run& run, const std::string& step, const ReviewScope& scope);

/// Recomputes a sample of the labels with tighter settings, once a run.  What they say is in the
/// documents "noise/ROW", never in a row: it is of another level of theory.
void measure_noise(Run& run, int generation);

/// What measure_noise found before `generation` was labelled; zero where it had not measured.
[[nodiscard]] LabelNoise noise_before(const store::Database& database, int generation);

/// Fits on one thread while the other cores label what is queued but not trained on; then measures,
/// and publishes the version.
[[nodiscard]] Trained fit_while_labelling(Run& run, int generation);

/// MD walks with the potential; uncertain places become candidates.
[[nodiscard]] Exploration explore(Run& run, int generation);

/// Queues the next generation's labels: excursions first, then the seed candidates that extrapolate
/// most. Returns how many labels are queued.
[[nodiscard]] std::size_t pick(Run& run, int generation, const Trained& trained);

/// The generation whose potential is let out.
struct Proven {
  store::Version version;
  std::vector<validate::Guard> guards;
  [[nodiscard]] bool sound() const;  ///< every guard holds
};

/// Of the generations that pass the guards the one with the smallest held-out errors: a bad fit
/// never replaces a good one.  Where none passes, the one with the smallest errors of all.
[[nodiscard]] Proven guard(Run& run);

/// Properties of that potential against the same DFT.
void validate(Run& run, const Proven& proven);

/// Copies that potential to the run folder, where it is sound, and writes the report.  Throws
/// core::UserError where it is not.
void publish(Run& run, const Proven& proven, StopReason reason);

}  // namespace mlip::pipeline
