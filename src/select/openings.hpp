/// Which of many points can still be taken.
#pragma once

#include <cstddef>
#include <limits>
#include <vector>

namespace mlip::select {

struct ChoiceOptions {
  std::size_t count = std::numeric_limits<std::size_t>::max();  ///< at most so many are taken
  std::size_t known = 0;            ///< the last so many points were taken before
  std::vector<int> groups;          ///< of each point that can be taken; empty: all in one
  std::vector<std::size_t> quotas;  ///< most points of each group; without limit where none
  int threads = 0;                  ///< 0: one a core; they change no bit of the result
};

class Openings {
 public:
  /// Of the first `candidates` points.
  Openings(const ChoiceOptions& options, std::size_t candidates);
  [[nodiscard]] bool open(std::size_t point) const { return open_[point] != 0; }
  /// Closes the point, and its group where the quota is used up.
  void take(std::size_t point);
  void close(std::size_t point) { open_[point] = 0; }

 private:
  const std::vector<int>& groups_;
  std::vector<std::size_t> left_;
  std::vector<char> open_;
};

}  // namespace mlip::select
