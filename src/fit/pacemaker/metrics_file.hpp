/// Pacemaker's `metrics.txt`: a header, then a line an iteration.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace mlip::fit::pacemaker {

struct IterationMetrics {
  int iteration = 0;
  double loss = 0;
  double energy_rmse = 0;  ///< eV an atom
  double force_rmse = 0;   ///< eV/Å, masked atoms in it
};

/// Of the last whole line; none where there is no such line yet.  A loss that is no number is NaN.
[[nodiscard]] std::optional<IterationMetrics> last_metrics(const std::string& text);

/// Of a file that may not be there, and may be written to meanwhile.
[[nodiscard]] std::optional<IterationMetrics> read_last_metrics(const std::filesystem::path& file);

}  // namespace mlip::fit::pacemaker
