#include "core/data_folder.hpp"

#include <cstdlib>

namespace mlip::core {

std::filesystem::path data_folder() {
  using std::filesystem::path;
  const char *data = std::getenv("XDG_DATA_HOME"), *home = std::getenv("HOME");
  const path root = data != nullptr && data[0] != '\0' ? path(data)
                    : home != nullptr                  ? path(home) / ".local/share"
                                                       : std::filesystem::temp_directory_path();
  return root / "mlip-auto";
}

}  // namespace mlip::core
