/// What an oracle learns of remedies, and what it may spend on them.
#pragma once

#include <limits>
#include <mutex>
#include <span>

#include "core/experience.hpp"

namespace mlip::dft {

/// What healing may cost: a structure by one fault, a structure, a run.
struct HealingBudget {
  int attempts_per_fault = 6;  ///< remedies tried on a structure against one fault
  int attempts_per_structure = 12;
  double healing_seconds = 0;  ///< of all attempts after the first; 0: no limit

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field("attempts_per_fault", attempts_per_fault, "",
                "remedies tried on a structure against one fault");
    visit.field("attempts_per_structure", attempts_per_structure, "",
                "starts of the program on a structure before it is given up");
    visit.field("healing_seconds", healing_seconds, "s",
                "time of a run for all attempts after the first ones; 0 = no limit");
  }
};

/// What is known when a structure's turn comes.
struct Lessons {
  core::Tallies tallies = {};  ///< what worked in this run so far
  double seconds_left = std::numeric_limits<double>::infinity();  ///< of the run's healing budget
};

/// By all structures of all threads.
class Learning {
 public:
  [[nodiscard]] core::Experience experience() const;
  void learn(const core::Experience& others);
  /// Of one structure.
  void learn(std::span<const core::Attempt> attempts);
  [[nodiscard]] Lessons lessons(const HealingBudget& budget) const;

 private:
  mutable std::mutex mutex_;
  core::Experience experience_;
};

}  // namespace mlip::dft
