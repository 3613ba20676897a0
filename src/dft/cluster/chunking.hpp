/// How many structures one task of a cluster labels.
#pragma once

#include <cstddef>
#include <vector>

namespace mlip::dft {

struct ChunkSizes {
  double task_seconds = 1800;    ///< of a task, where there is enough to do for all
  double shortest_seconds = 60;  ///< below it a task is not worth its start
  int tasks_at_once = 100;
};

/// Predicted seconds of each structure → indices of each chunk, dearest first: as many chunks as
/// may run at once, or more where they would grow longer than task_seconds, or fewer where they
/// would be shorter than shortest_seconds; all about equally long (longest processing time first,
/// doi:10.1137/0117039).
[[nodiscard]] std::vector<std::vector<std::size_t>> chunks_of(const std::vector<double>& seconds,
                                                              const ChunkSizes& sizes);

}  // namespace mlip::dft
