/// What `mlip-auto label --dry-run` shows.
#pragma once

#include <string>
#include <vector>

#include "core/structure.hpp"
#include "pipeline/system_config.hpp"

namespace mlip::app {

/// "90 s", "12 min" or "3.5 h".
[[nodiscard]] std::string duration(double seconds);

/// Prints the inputs, what they will cost and on how many ranks, without running anything.  Throws
/// core::UserError (bad_input) where an ASE calculator labels, which has no inputs.
void preview_labels(const std::vector<core::Structure>& structures,
                    const pipeline::SystemConfig& config);

}  // namespace mlip::app
