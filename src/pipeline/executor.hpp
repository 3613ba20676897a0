/// Where a configuration lets its labels be computed.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "dft/oracle.hpp"
#include "pipeline/system_config.hpp"

namespace mlip::pipeline {

struct ExecutorFolders {
  std::filesystem::path chunks;   ///< what a cluster's tasks are given and give back
  std::filesystem::path scratch;  ///< of the oracles
};

/// Where what was measured on this machine is kept: by `mlip-auto converge`, and on ranks.
[[nodiscard]] std::filesystem::path measured_folder();

/// The cores here, or a cluster; tells about what is measured, or about tasks.  Throws
/// core::UserError (missing_tool) where the commands of its queue are not found.
[[nodiscard]] std::shared_ptr<const dft::Executor> open_executor(
    const SystemConfig& config, const ExecutorFolders& folders,
    std::function<void(const std::string&)> tell);

}  // namespace mlip::pipeline
