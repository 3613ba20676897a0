/// On how many MPI ranks each structure of a batch is labelled: by speeds that were measured.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <vector>

namespace mlip::dft {

/// How many times as fast as on one rank a label is, by ranks above one.
using Speedup = std::map<int, double>;

/// What a structure runs on, and how much faster that is.
struct Layout {
  int ranks = 1;
  double speedup = 1;

  bool operator==(const Layout&) const = default;
};

struct Task {
  double seconds = 0;    ///< on one rank
  Speedup speedup = {};  ///< measured; of the ranks that are not in it nothing is known
};

/// Wall seconds of the tasks on so many cores: those of most ranks first, then the longest first,
/// each as soon as its cores are free.
[[nodiscard]] double makespan(std::span<const Task> tasks, std::span<const Layout> layouts,
                              int cores);

inline constexpr std::size_t largest_laid_out = 512;

/// One rank each, but more where the batch ends sooner for it, by 2 % at least: where there are
/// fewer tasks than cores, or where the last round leaves cores idle.  Never more ranks than cores,
/// and never ranks whose speed is not known.  Larger batches have one rank each.
[[nodiscard]] std::vector<Layout> lay_out(std::span<const Task> tasks, int cores);

}  // namespace mlip::dft
