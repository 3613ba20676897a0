/// What `mlip-auto status` tells: read from the database of a run, while it runs or after.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

namespace mlip::pipeline {

/// Keys: run, stage, generation, done, total, eta_s, event, counts{candidate, queued, labeled,
/// failed, dropped}, generations[]{generation, labels, holdout{...}}, wall_s, stop_reason (null
/// while it runs), running.
[[nodiscard]] nlohmann::ordered_json status(const std::filesystem::path& run_folder);

/// The same for people.
[[nodiscard]] std::string render_status(const nlohmann::ordered_json& status);

}  // namespace mlip::pipeline
