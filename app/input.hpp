/// From a file's path to the complete plan of this machine.
#pragma once

#include <filesystem>

#include "pipeline/plan.hpp"

namespace mlip::app {

/// What is installed here: cores, pseudopotential folders.
[[nodiscard]] pipeline::Installation find_installation();

/// `input.yaml` or an edited plan; throws core::UserError with every problem of the file.
[[nodiscard]] pipeline::Plan read_plan(const std::filesystem::path& input);

}  // namespace mlip::app
