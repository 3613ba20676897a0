/// Starts pw.x in a folder of its own and reads what it left.
#pragma once

#include <filesystem>
#include <map>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "core/structure.hpp"
#include "dft/attempt_folder.hpp"
#include "dft/espresso/fault.hpp"
#include "dft/espresso/input.hpp"

namespace mlip::dft::espresso {

/// What every pw.x is started with: one thread, messages that are not lost, no extra process, and
/// OpenBLAS where it is installed.
[[nodiscard]] std::map<std::string, std::string> launch_environment(int mpi_ranks);

/// argv of a run, its ranks in as many pools as they can be divided into and there are k-points to
/// share.
[[nodiscard]] std::vector<std::string> launch_arguments(const std::string& pw_command,
                                                        int mpi_ranks, int shared_points);

/// The scratch folder of one structure; a fresh folder for each attempt.  A density to start from
/// is moved over from the attempt before.
class Scratch {
 public:
  Scratch(ScratchFolders scratch, const std::string& name) : attempts_(std::move(scratch), name) {}

  [[nodiscard]] RunFiles run(const core::Structure& structure, const Parameters& parameters,
                             const Numerics& numerics, int attempt, std::stop_token stop);
  /// Input and output (no densities, no wave functions) of the last attempt go to
  /// scratch/failed/NAME/attempt_N.
  void keep_failed(int attempt) const;
  /// The same to scratch/accepted/NAME/attempt_N, the output packed.
  void keep_accepted(int attempt) const;

 private:
  AttemptFolders attempts_;
};

}  // namespace mlip::dft::espresso
