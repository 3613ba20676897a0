/// The steps of the loop, each from the database to the database, journaled: done once, however
/// often the run is killed.
#pragma once

#include <cstddef>

#include "ace/evaluator.hpp"
#include "fit/linear.hpp"
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

/// Labels whose moments are off their neighbours' branch are computed again from other starts; the
/// lowest counts.
void review_magnetism(Run& run);

/// Recomputes a sample of the labels with tighter settings, once a run: document "noise".
void measure_noise(Run& run);

/// What measure_noise found; zero where it did not measure.
[[nodiscard]] LabelNoise noise_of(const Run& run);

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
