/// One start of a run: opens its folder, turns the loop, leaves everything on disk.
#pragma once

#include <filesystem>
#include <stop_token>

#include "core/error.hpp"
#include "pipeline/run.hpp"
#include "pipeline/stop_rule.hpp"

namespace mlip::pipeline {

/// Makes or resumes the run in `folder`.  Throws core::UserError where the folder holds a run made
/// with another configuration (cores, budget, targets and program paths may change), is in use, or
/// cannot be written.
[[nodiscard]] StopReason run_session(const SystemConfig& config,
                                     const std::filesystem::path& folder, const Oracles& oracles,
                                     std::stop_token stop, const Listener& listener);

/// The configuration without what may change between sessions, as YAML: what `physics_hash` is the
/// hash of.
[[nodiscard]] std::string physics_of(const SystemConfig& config);

}  // namespace mlip::pipeline
