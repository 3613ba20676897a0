/// All seed structures that a run chooses its first labels from.
#pragma once

#include <vector>

#include "core/records.hpp"
#include "pipeline/system_config.hpp"

namespace mlip::pipeline {

/// What generate makes, and what only a model can tell.  Throws core::UserError where the one that
/// is planned cannot be had.
[[nodiscard]] std::vector<core::Candidate> seed_candidates(const SystemConfig& config);

}  // namespace mlip::pipeline
