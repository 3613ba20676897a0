/// The whole mission: seed, then label, fit and explore until the potential is good, then prove it.
#pragma once

#include "pipeline/run.hpp"
#include "pipeline/stop_rule.hpp"

namespace mlip::pipeline {

/// Blocks until the stop rule ends the run; resumes where the database says it stopped.  Throws
/// core::UserError, with exit code interrupted when the stop token asked to end.
[[nodiscard]] StopReason run_loop(Run& run);

}  // namespace mlip::pipeline
