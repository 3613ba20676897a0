#include "core/experience.hpp"

namespace mlip::core {

namespace {

bool is_good(const Attempt& attempt) {
  return attempt.fault.empty() || attempt.fault == "none";
}

bool on_bridge(const Attempt& attempt) {
  return attempt.fault == "bridge";
}

}  // namespace

void Experience::add(std::span<const Attempt> attempts) {
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    const Attempt& after = attempts[i];
    if (after.remedy.empty() || after.fault == "interrupted") continue;
    seconds += after.seconds;
    if (i == 0 || on_bridge(attempts[i - 1])) continue;
    const Attempt& before = attempts[i - 1];
    Tally& tally = tallies[{is_good(before) ? "magnetic state" : before.fault, after.remedy}];
    ++tally.tries;
    tally.successes += is_good(after) || on_bridge(after) ? 1 : 0;
    tally.seconds += after.seconds;
  }
}

void Experience::add(const Experience& other) {
  seconds += other.seconds;
  for (const auto& [key, more] : other.tallies) {
    Tally& tally = tallies[key];
    tally.tries += more.tries;
    tally.successes += more.successes;
    tally.seconds += more.seconds;
  }
}

}  // namespace mlip::core
