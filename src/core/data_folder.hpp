/// Where the program keeps what it fetched for its user.
#pragma once

#include <filesystem>

namespace mlip::core {

/// mlip-auto in $XDG_DATA_HOME, else in ~/.local/share, else in the folder for temporary files.
[[nodiscard]] std::filesystem::path data_folder();

}  // namespace mlip::core
