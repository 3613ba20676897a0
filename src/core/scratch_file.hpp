/// What memory has no room for: bytes in a file without a name.
#pragma once

#include <cstddef>
#include <filesystem>

namespace mlip::core {

class ScratchFile {
 public:
  /// It lies in `folder` (empty: the current one) until this ends, however the program ends.
  /// Throws core::UserError where there is no room or right to write; so do the others.
  explicit ScratchFile(const std::filesystem::path& folder);
  ~ScratchFile();
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  void append(const void* data, std::size_t bytes);
  /// All the bytes must be there.
  void read(std::size_t offset, void* data, std::size_t bytes) const;
  [[nodiscard]] std::size_t size() const { return size_; }
  /// All of it as memory, shared with the file; to be unmapped.  Null where it is empty.
  [[nodiscard]] void* map() const;

 private:
  [[noreturn]] void fail(const char* what) const;

  std::filesystem::path folder_;
  std::size_t size_ = 0;
  int file_ = -1;
};

}  // namespace mlip::core
