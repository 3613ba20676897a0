/// How much faster labels are on several MPI ranks of this machine, as measured.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "dft/layout.hpp"

namespace mlip::dft {

/// What the speed on several ranks depends on.
struct Extent {
  double core_seconds = 0;  ///< expected by Oracle::cost()
  int shared_points = 1;    ///< k-points that ranks share; 1: they share plane waves
};

/// So many ranks, or as many as there are k-points to share.
[[nodiscard]] int useful_ranks(const Extent& extent, int ranks);

/// A structure that was run on 1, 2, 4, ... ranks.
struct MeasuredSpeed {
  std::string structure, date;  ///< formula; e.g. "2026-11-28"
  Extent extent;
  int most_ranks = 1;    ///< that were wanted then
  Speedup speedup = {};  ///< only what was faster than all fewer ranks
};

/// One for a machine, in a file beside the measurements of converge.
class RankTable {
 public:
  /// Nothing is kept where the folder is empty.  Throws core::UserError where the file is damaged.
  RankTable(const std::filesystem::path& folder, int machine_cores);

  /// What was measured on the structure nearest in cost, within a factor of four, of those that
  /// share k-points or of those that do not; nothing of more ranks than there are k-points.
  [[nodiscard]] Speedup speedup(const Extent& extent) const;
  /// True where a measurement on so many ranks would tell no more.  That several ranks are no
  /// faster is believed for a day: the machine may have been busy.
  [[nodiscard]] bool knows(const Extent& extent, int most_ranks) const;
  /// Takes the place of what was measured of about this cost before.
  void keep(MeasuredSpeed measured);
  /// All of it as a clause, for the reasons of a plan.
  [[nodiscard]] std::string describe() const;

 private:
  [[nodiscard]] const MeasuredSpeed* nearest(const Extent& extent) const;

  std::filesystem::path file_;
  int machine_cores_;
  std::vector<MeasuredSpeed> rows_;
};

/// "1.8 times as fast on 2 ranks, 3.1 times as fast on 4 ranks".
[[nodiscard]] std::string describe(const Speedup& speedup);

}  // namespace mlip::dft
