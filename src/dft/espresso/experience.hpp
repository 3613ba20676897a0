/// What an oracle learns from its own failures in the course of a run.
#pragma once

#include <mutex>

#include "dft/espresso/healing.hpp"

namespace mlip::dft::espresso {

/// Thread-safe.
class Experience {
 public:
  void add(const core::Outcome& outcome);
  /// `budget`: seconds the run may spend on attempts after first ones; 0: no limit.
  [[nodiscard]] Lessons lessons(double budget) const;

 private:
  mutable std::mutex mutex_;
  core::Tallies tallies_;
  double spent_ = 0;
};

}  // namespace mlip::dft::espresso
