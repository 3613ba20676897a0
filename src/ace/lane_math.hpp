/// Elementary functions of eight numbers at once.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "ace/lanes.hpp"
#include "core/units.hpp"

namespace mlip::ace {

typedef std::int64_t LaneBits
    __attribute__((vector_size(lanes * sizeof(std::int64_t)), aligned(64), may_alias));

/// Sine and cosine of x in [0, π], to 2e-16.
MLIP_INLINE void sine_cosine(const Lane& x, Lane& sine, Lane& cosine) {
  const LaneBits beyond = x > core::pi / 2;
  const Lane y = beyond ? core::pi - x : x, s = y * y;
  Lane p = {}, q = {};
  for (int n = 10; n > 0; --n) {  // Horner form of the Taylor series
    p = (1 - p) * s * (1.0 / (2 * n * (2 * n + 1)));
    q = (1 - q) * s * (1.0 / (2 * n * (2 * n - 1)));
  }
  sine = y - y * p;
  cosine = beyond ? q - 1 : 1 - q;
}

/// e^x, to 2e-16 of its value; x in [−700, 700].
MLIP_INLINE void exponential(const Lane& x, Lane& result) {
  constexpr double log2_high = 0x1.62e42fefa3800p-1, log2_low = 0x1.ef35793c76730p-45;
  constexpr double shift = 0x1.8p52;  // adding it rounds to an integer, kept in the low bits
  const Lane shifted = x * (1 / (log2_high + log2_low)) + shift;
  const Lane n = shifted - shift;
  const Lane y = (x - n * log2_high) - n * log2_low;
  Lane p = {};
  for (int k = 13; k > 0; --k) p = (1 + p) * y * (1.0 / k);
  const LaneBits power = (reinterpret_cast<const LaneBits&>(shifted) + 1023) << 52;
  result = (1 + p) * reinterpret_cast<const Lane&>(power);
}

/// Square root.
MLIP_INLINE void square_root(const Lane& x, Lane& result) {
  for (std::size_t i = 0; i < lanes; ++i) result[i] = std::sqrt(x[i]);
}

}  // namespace mlip::ace
