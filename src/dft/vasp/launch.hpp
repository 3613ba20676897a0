/// Starts VASP in a folder of its own and reads what it left.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "core/structure.hpp"
#include "dft/attempt_folder.hpp"
#include "dft/vasp/fault.hpp"
#include "dft/vasp/input.hpp"

namespace mlip::dft::vasp {

/// argv of the command: its words, the first as the whole path of a program in PATH.  Throws
/// core::UserError (missing_tool) where it is not found.
[[nodiscard]] std::vector<std::string> launch_arguments(const std::string& command);

/// The scratch folder of one structure; a fresh folder for each attempt.  Wave functions to start
/// from are moved over from the attempt before.
class Scratch {
 public:
  Scratch(ScratchFolders scratch, const std::string& name) : attempts_(std::move(scratch), name) {}

  [[nodiscard]] RunFiles run(const core::Structure& structure, const Parameters& parameters,
                             const Numerics& numerics, int attempt, std::stop_token stop);
  /// Input (without POTCAR) and output (without wave functions) of an attempt go to
  /// scratch/failed/NAME/attempt_N.
  void keep_failed(int attempt) const;
  /// The same of an accepted one to scratch/accepted/NAME/attempt_N, OUTCAR packed.
  void keep_accepted(int attempt) const;

 private:
  AttemptFolders attempts_;
};

}  // namespace mlip::dft::vasp
