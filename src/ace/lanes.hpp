/// Eight numbers side by side: the unit of the evaluator's vector arithmetic.
#pragma once

#include <cstddef>
#include <vector>

#include "core/vectorise.hpp"

namespace mlip::ace {

inline constexpr std::size_t lanes = 8;
typedef double Lane __attribute__((vector_size(lanes * sizeof(double)), aligned(64), may_alias));

/// Growing storage of aligned lanes; new ones are zero.
class LaneBuffer {
 public:
  void resize(std::size_t count) { boxes_.resize(count); }
  void zero(std::size_t count) { boxes_.assign(count, {}); }
  [[nodiscard]] std::size_t size() const { return boxes_.size(); }
  [[nodiscard]] Lane* data() { return reinterpret_cast<Lane*>(boxes_.data()); }
  [[nodiscard]] const Lane* data() const { return reinterpret_cast<const Lane*>(boxes_.data()); }

 private:
  struct Box {
    Lane lane = {};
  };
  std::vector<Box> boxes_;
};

/// Lanes are handed on by reference: how they travel by value depends on the instruction set.
MLIP_INLINE void fill(Lane& lane, double value) {
  for (std::size_t i = 0; i < lanes; ++i) lane[i] = value;
}

/// most = max(most, size), lane by lane, of sizes ≥ 0; what is not a number stays.
template <class Numbers>
MLIP_INLINE void raise(Numbers& most, const Numbers& size) {
  most = (size > most) | ~(size >= 0) ? size : most;
}

/// Σ over each of eight lanes: sums[i] is that of rows[i], added in pairs.
MLIP_INLINE void add_across(const Lane* rows, Lane& sums) {
  Lane four[4], two[2];
  for (std::size_t i = 0; i < 4; ++i)
    four[i] = __builtin_shufflevector(rows[2 * i], rows[2 * i + 1], 0, 8, 2, 10, 4, 12, 6, 14) +
              __builtin_shufflevector(rows[2 * i], rows[2 * i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  for (std::size_t i = 0; i < 2; ++i)
    two[i] = __builtin_shufflevector(four[2 * i], four[2 * i + 1], 0, 1, 8, 9, 4, 5, 12, 13) +
             __builtin_shufflevector(four[2 * i], four[2 * i + 1], 2, 3, 10, 11, 6, 7, 14, 15);
  sums = __builtin_shufflevector(two[0], two[1], 0, 1, 2, 3, 8, 9, 10, 11) +
         __builtin_shufflevector(two[0], two[1], 4, 5, 6, 7, 12, 13, 14, 15);
}

/// rows[i][j] and rows[j][i] change places.
MLIP_INLINE void transpose(Lane* rows) {
  Lane two[8], four[8];
  for (std::size_t i = 0; i < 8; i += 2) {
    two[i] = __builtin_shufflevector(rows[i], rows[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    two[i + 1] = __builtin_shufflevector(rows[i], rows[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (std::size_t i = 0; i < 8; i += i % 4 == 1 ? 3 : 1) {
    four[i] = __builtin_shufflevector(two[i], two[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);
    four[i + 2] = __builtin_shufflevector(two[i], two[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
  }
  for (std::size_t i = 0; i < 4; ++i) {
    rows[i] = __builtin_shufflevector(four[i], four[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    rows[i + 4] = __builtin_shufflevector(four[i], four[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

}  // namespace mlip::ace
