/// The plugin that runs TorchScript models, loaded when the first of them is asked for.
#pragma once

#include <filesystem>

#include "core/finding.hpp"
#include "surrogate/torch_interface.hpp"

namespace mlip::surrogate {

/// $MLIP_TORCH, else mlip-torch.so beside the program.
[[nodiscard]] std::filesystem::path torch_plugin_file();

/// Loads it once, for as long as the program runs.  Throws core::UserError (missing_tool) where it
/// is not there, does not load or is of another version of this program.
[[nodiscard]] const TorchInterface& torch_plugin();

/// For doctor: its absence is no fault, since it is there for models of the user's own only.
[[nodiscard]] core::Finding check_torch();

}  // namespace mlip::surrogate
