/// Random bits by the million: one multiplication chain each, no state to refill.
#pragma once

#include <cstdint>

namespace mlip::generate {

/// Steele, Lea and Flood's SplitMix (doi:10.1145/2660193.2660195).
class SplitMix {
 public:
  explicit SplitMix(std::uint64_t seed) : state_(seed) {}

  std::uint64_t operator()() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }

  /// Below `count`, which is less than 2³².
  std::uint64_t below(std::uint64_t count) { return ((*this)() >> 32) * count >> 32; }

 private:
  std::uint64_t state_;
};

}  // namespace mlip::generate
