/// All structures of a file by a surrogate, a few in memory at a time.
#pragma once

#include <filesystem>
#include <stop_token>
#include <vector>

#include "surrogate/open.hpp"

namespace mlip::app {

struct Evaluated {
  std::size_t evaluated = 0, failed = 0;  ///< with those of before
  std::size_t before = 0;                 ///< were there already
  bool complete = false;                  ///< false: stopped, the same call goes on
  std::filesystem::path failures;         ///< structures without an answer, where there are any
};

struct EvaluationRequest {
  std::filesystem::path structures, out;
  int workers = 0;              ///< threads; 0: one a core
  bool reuse_energies = false;  ///< energies of the same model in the input are taken as they are
  std::vector<bool> left_out = {};  ///< structures of the input that are passed over; none: none
};

/// As many threads as asked for, or one a core.
[[nodiscard]] int surrogate_workers(int wanted);

/// Writes frames with what the surrogate says, in order; goes on where an earlier call was stopped
/// or killed.  A structure without an answer is told on stderr and goes to a file of its own.
/// Throws core::UserError: missing_tool where the model ends for good, bad_input with file:line;
/// what was evaluated is kept.
Evaluated evaluate_structures(const EvaluationRequest& request,
                              const surrogate::Surrogate& surrogate, std::stop_token stop);

}  // namespace mlip::app
