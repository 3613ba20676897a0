#include "dft/espresso/experience.hpp"

namespace mlip::dft::espresso {

void Experience::add(const core::Outcome& outcome) {
  const std::lock_guard lock(mutex_);
  core::count_remedies(outcome.attempts, tallies_);
  for (std::size_t i = 1; i < outcome.attempts.size(); ++i) spent_ += outcome.attempts[i].seconds;
}

Lessons Experience::lessons(double budget) const {
  const std::lock_guard lock(mutex_);
  Lessons lessons{tallies_};
  if (budget > 0) lessons.seconds_left = budget - spent_;
  return lessons;
}

}  // namespace mlip::dft::espresso
