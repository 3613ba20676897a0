/// A file that one process holds, on any of the machines that see it.
#pragma once

#include <filesystem>
#include <optional>

namespace mlip::core {

/// Held until the object goes, or the process dies; the file stays.
class FileLock {
 public:
  /// Nothing while another process holds it.  Throws core::UserError where the file cannot be made
  /// or locked.
  [[nodiscard]] static std::optional<FileLock> take(const std::filesystem::path& file);
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace mlip::core
