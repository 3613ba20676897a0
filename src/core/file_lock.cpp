#include "core/file_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "core/error.hpp"

namespace mlip::core {

std::optional<FileLock> FileLock::take(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  // POSIX locks reach other machines over NFS and Lustre, those of flock() do not everywhere.
  if (descriptor >= 0 && ::fcntl(descriptor, F_OFD_SETLK, &whole) == 0) return FileLock(descriptor);
  const int reason = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (descriptor >= 0 && (reason == EAGAIN || reason == EACCES)) return std::nullopt;
  throw UserError(ExitCode::failed,
                  fmt::format("cannot lock '{}': {}", file.string(), std::strerror(reason)),
                  "choose a folder that can be written, on a file system with locks");
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace mlip::core
