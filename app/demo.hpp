/// The run that needs no DFT: what `mlip-auto run --demo` writes and starts.
#pragma once

#include <filesystem>

namespace mlip::app {

/// Writes the demo's input.yaml into `folder`, made where it is not there; returns its path.  One
/// that is there and the same is left; throws core::UserError where it is another.
[[nodiscard]] std::filesystem::path write_demo(const std::filesystem::path& folder);

}  // namespace mlip::app
