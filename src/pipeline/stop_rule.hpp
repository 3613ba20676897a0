/// When the loop ends, and why: a pure function.
#pragma once

#include <optional>
#include <string>

#include "fit/linear.hpp"
#include "pipeline/label_noise.hpp"
#include "pipeline/loop_options.hpp"

namespace mlip::pipeline {

struct Standing {
  int generations = 0;  ///< fitted so far
  fit::Metrics holdout;
  bool quiet = false;  ///< the last walks met no atom beyond the threshold
  bool out_of_time = false;
  LabelNoise noise = {};  ///< no error below it is asked for
};

/// Why a run ended; the texts are stable and documented.
enum class StopReason { targets_reached, generation_limit, wall_time, nothing_new };
[[nodiscard]] std::string to_string(StopReason reason);

[[nodiscard]] std::optional<StopReason> stop_rule(const LoopOptions& options,
                                                  const Standing& standing);

}  // namespace mlip::pipeline
