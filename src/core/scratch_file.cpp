#include "core/scratch_file.hpp"

#include <fmt/format.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "core/error.hpp"

namespace mlip::core {

ScratchFile::ScratchFile(const std::filesystem::path& folder)
    : folder_(folder.empty() ? "." : folder) {
  std::string name = (folder_ / "mlip-scratch-XXXXXX").string();
  file_ = ::mkstemp(name.data());
  if (file_ < 0) fail("make");
  ::unlink(name.c_str());
}

ScratchFile::~ScratchFile() {
  ::close(file_);
}

void ScratchFile::append(const void* data, std::size_t bytes) {
  const char* at = static_cast<const char*>(data);
  for (std::size_t left = bytes; left > 0;) {
    const ssize_t written = ::write(file_, at, left);
    if (written < 0 && errno != EINTR) fail("write");
    if (written < 0) continue;
    at += written;
    left -= static_cast<std::size_t>(written);
  }
  size_ += bytes;
}

void ScratchFile::read(std::size_t offset, void* data, std::size_t bytes) const {
  MLIP_ASSERT(offset + bytes <= size_);
  char* at = static_cast<char*>(data);
  for (std::size_t left = bytes; left > 0;) {
    const ssize_t got = ::pread(file_, at, left, static_cast<off_t>(offset));
    if (got == 0 || (got < 0 && errno != EINTR)) fail("read");
    if (got < 0) continue;
    at += got;
    offset += static_cast<std::size_t>(got);
    left -= static_cast<std::size_t>(got);
  }
}

void* ScratchFile::map() const {
  if (size_ == 0) return nullptr;
  void* mapped = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED, file_, 0);
  if (mapped == MAP_FAILED) fail("map");
  return mapped;
}

void ScratchFile::fail(const char* what) const {
  throw UserError(ExitCode::failed,
                  fmt::format("cannot {} a scratch file in '{}': {}", what, folder_.string(),
                              std::generic_category().message(errno)),
                  "choose a folder that can be written, on a disk with space");
}

}  // namespace mlip::core
