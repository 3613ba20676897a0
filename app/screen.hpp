/// `mlip-auto select screen`.
#pragma once

#include <CLI/CLI.hpp>

namespace mlip::app {

void add_screen(CLI::App& select, int& exit_code);

}  // namespace mlip::app
