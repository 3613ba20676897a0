/// Whoever can label a structure: Quantum ESPRESSO, or in tests a cheap exact truth.
#pragma once

#include <functional>
#include <span>
#include <stop_token>
#include <string>

#include "core/records.hpp"

namespace mlip::dft {

/// Thread-safe: several structures may be labelled at once.
class Oracle {
 public:
  virtual ~Oracle() = default;
  /// Blocks until the structure is labelled, given up (accepted = false) or the stop token asks to
  /// end (then the outcome is not accepted and its last attempt has the fault "interrupted").
  /// `name` is unique in the run and names the scratch folder.
  [[nodiscard]] virtual core::Outcome label(const core::Structure& structure,
                                            const std::string& name,
                                            std::stop_token stop) const = 0;
  /// Hash of functional, pseudopotentials, cutoffs, k-spacing, smearing, spin treatment.
  [[nodiscard]] virtual std::string level_of_theory() const = 0;
  /// Roughly the core seconds of a structure, for longest-first scheduling and forecasts.
  [[nodiscard]] virtual double cost(const core::Structure& structure) const = 0;
};

/// One structure to label.
struct Job {
  core::Structure structure;
  std::string name;
};

/// Labels all jobs on `workers` threads, dearest first (dearest_first()); `done(index, outcome)` is
/// called on the caller's thread as each ends.  Returns when all are done or the token asked to
/// stop.
void compute_batch(const Oracle& oracle, std::span<const Job> jobs, int workers,
                   std::stop_token stop,
                   const std::function<void(std::size_t, const core::Outcome&)>& done);

}  // namespace mlip::dft
