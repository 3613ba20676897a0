/// Every structure a run could begin with.
#pragma once

#include <vector>

#include "core/records.hpp"
#include "generate/modelled.hpp"
#include "pipeline/system_config.hpp"

namespace mlip::pipeline {

/// Those that need no model, and those that the planned surrogate makes.  Throws core::UserError
/// where that cannot be had.
[[nodiscard]] generate::ModelledSeeds seed_candidates(const SystemConfig& config,
                                                      const generate::Modelling& modelling);

/// Seeds so large that they are counted by what they cost: all of them are labelled.
[[nodiscard]] bool is_large_seed(const core::Candidate& candidate);

}  // namespace mlip::pipeline
