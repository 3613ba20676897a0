#include "core/tally.hpp"

namespace mlip::core {

void count_remedies(std::span<const Attempt> attempts, Tallies& tallies) {
  const auto fine = [](const Attempt& attempt) {
    return attempt.fault.empty() || attempt.fault == "none" || attempt.fault == "bridge";
  };
  for (std::size_t i = 1; i < attempts.size(); ++i) {
    const Attempt &before = attempts[i - 1], &after = attempts[i];
    if (fine(before) || after.remedy.empty() || after.fault == "interrupted") continue;
    Tally& tally = tallies[{before.fault, after.remedy}];
    ++tally.tries;
    tally.successes += fine(after) ? 1 : 0;
    tally.seconds += after.seconds;
  }
}

}  // namespace mlip::core
