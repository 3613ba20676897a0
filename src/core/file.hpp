/// Writes a whole file or none: temporary file beside the target, flushed, renamed.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace mlip::core {

/// Throws core::UserError (disk full, read-only folder) and leaves an existing target untouched.
void write_atomically(const std::filesystem::path& file, std::string_view content);

/// Whole content; throws core::UserError where it cannot be read.
[[nodiscard]] std::string read_file(const std::filesystem::path& file);

/// With the folders above it; throws core::UserError where it cannot be made.
void make_folder(const std::filesystem::path& folder);

}  // namespace mlip::core
