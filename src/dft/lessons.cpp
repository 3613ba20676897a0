#include "dft/lessons.hpp"

namespace mlip::dft {

core::Experience Learning::experience() const {
  const std::lock_guard lock(mutex_);
  return experience_;
}

void Learning::learn(const core::Experience& others) {
  const std::lock_guard lock(mutex_);
  experience_.add(others);
}

void Learning::learn(std::span<const core::Attempt> attempts) {
  core::Experience gained;
  gained.add(attempts);
  learn(gained);
}

Lessons Learning::lessons(const HealingBudget& budget) const {
  const auto known = experience();
  Lessons lessons{known.tallies};
  if (budget.healing_seconds > 0) lessons.seconds_left = budget.healing_seconds - known.seconds;
  return lessons;
}

}  // namespace mlip::dft
