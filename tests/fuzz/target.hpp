/// What the fuzz targets share: bytes as a file, and which exceptions a reader may throw.
#pragma once

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "core/error.hpp"

namespace mlip::fuzz {

/// A file in memory, gone with the object.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view content) : descriptor_(::memfd_create("fuzz", 0)) {
    MLIP_ASSERT(descriptor_ >= 0);
    MLIP_ASSERT(::write(descriptor_, content.data(), content.size()) ==
                static_cast<ssize_t>(content.size()));
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { ::close(descriptor_); }
  [[nodiscard]] std::filesystem::path path() const {
    return fmt::format("/proc/self/fd/{}", descriptor_);
  }

 private:
  int descriptor_;
};

/// Where what was read is written again.
inline std::filesystem::path copy() {
  return std::filesystem::temp_directory_path() / fmt::format("fuzz-{}", ::getpid());
}

/// Calls `read` with the bytes as a file: it may refuse them by core::UserError, nothing else.
template <class Read>
int try_bytes(const std::uint8_t* data, std::size_t size, const Read& read) {
  const MemoryFile file({reinterpret_cast<const char*>(data), size});
  try {
    read(file.path());
  } catch (const core::UserError& error) {
    MLIP_ASSERT(*error.what() != '\0');
  }
  return 0;
}

}  // namespace mlip::fuzz
