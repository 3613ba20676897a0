/// What was tried against what, and how often it helped.
#pragma once

#include <map>
#include <span>
#include <string>
#include <utility>

#include "core/records.hpp"

namespace mlip::core {

struct Tally {
  int tries = 0, successes = 0;
  double seconds = 0;  ///< of all tries
};

/// By fault and remedy.
using Tallies = std::map<std::pair<std::string, std::string>, Tally>;

/// Adds the attempts of one structure: each that follows a fault is a try of its remedy, and a
/// success where it ended without any fault (on a bridge counts).
void count_remedies(std::span<const Attempt> attempts, Tallies& tallies);

}  // namespace mlip::core
