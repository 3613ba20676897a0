/// What was tried against what, how often it helped, and what it cost.
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

  bool operator==(const Tally&) const = default;
};

/// By fault and remedy.
using Tallies = std::map<std::pair<std::string, std::string>, Tally>;

struct Experience {
  Tallies tallies;
  double seconds = 0;  ///< of all attempts with a remedy

  /// Adds the attempts of one structure, oldest first.  One that follows a fault is a try of its
  /// remedy, and one that follows a good attempt a try against its magnetic state, which nothing
  /// else puts in question; it is a success where it ended without any fault (on a bridge counts).
  void add(std::span<const Attempt> attempts);
  void add(const Experience& other);

  bool operator==(const Experience&) const = default;
};

}  // namespace mlip::core
