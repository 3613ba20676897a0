/// Progress for people: a live line on a terminal, one line an event in a log.
#pragma once

#include <filesystem>

#include "pipeline/progress.hpp"

namespace mlip::app {

/// Sets up logging to the terminal and to `log_file` (appended); returns what shows each event.
[[nodiscard]] pipeline::Listener make_display(const std::filesystem::path& log_file, bool quiet);

}  // namespace mlip::app
