#include "core/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include "core/error.hpp"

namespace mlip::core {

namespace fs = std::filesystem;

namespace {

std::string remedy_for(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return "free disk space or raise the quota, then start again";
    case EROFS:
    case EACCES:
    case EPERM:
      return "choose a folder that can be written, or change its permissions";
    case ENOENT:
    case ENOTDIR:
      return "check the path; the folder must exist";
    default:
      return "";
  }
}

[[noreturn]] void fail(const char* verb, const fs::path& file, int error) {
  std::string reason = std::strerror(error);
  reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
  throw UserError(ExitCode::failed, fmt::format("cannot {} '{}': {}", verb, file.string(), reason),
                  remedy_for(error));
}

/// Closes on every way out.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }
  /// Errors of a delayed write show here.
  [[nodiscard]] bool close() { return ::close(std::exchange(number_, -1)) == 0; }

 private:
  int number_;
};

bool write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// A device or pipe cannot be replaced, only written to.
void write_in_place(const fs::path& file, std::string_view content) {
  Descriptor out(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
  if (out.number() < 0 || !write_all(out.number(), content) || !out.close())
    fail("write", file, errno);
}

mode_t mode_for(const fs::path& target) {
  struct stat status {};
  if (::stat(target.c_str(), &status) == 0) return status.st_mode & 0777U;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666U & ~mask;
}

void replace(const fs::path& target, std::string_view content) {
  std::string name = target.string() + ".XXXXXX";
  Descriptor out(::mkostemp(name.data(), O_CLOEXEC));
  if (out.number() < 0) fail("write", target, errno);
  const bool written =
      write_all(out.number(), content) && ::fchmod(out.number(), mode_for(target)) == 0 &&
      ::fsync(out.number()) == 0 && out.close() && ::rename(name.c_str(), target.c_str()) == 0;
  if (!written) {
    const int error = errno;
    ::unlink(name.c_str());
    fail("write", target, error);
  }
}

}  // namespace

void write_atomically(const fs::path& file, std::string_view content) {
  std::error_code ignored;
  const fs::file_status status = fs::status(file, ignored);
  if (fs::is_directory(status)) fail("write", file, EISDIR);
  if (fs::exists(status) && !fs::is_regular_file(status)) return write_in_place(file, content);
  // A link stays a link: what it points at is replaced.
  std::error_code unknown;
  const fs::path target =
      fs::is_symlink(file, ignored) ? fs::weakly_canonical(file, unknown) : file;
  if (unknown) fail("write", file, unknown.value());
  replace(target, content);
  const fs::path folder = target.has_parent_path() ? target.parent_path() : ".";
  const Descriptor entry(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (entry.number() >= 0) ::fsync(entry.number());  // so that the new name outlives a power cut
}

std::string read_file(const fs::path& file) {
  Descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (in.number() < 0) fail("read", file, errno);
  std::string content;
  std::array<char, 1 << 16> buffer;
  for (;;) {
    const ssize_t count = ::read(in.number(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("read", file, errno);
    if (count == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw UserError(
        ExitCode::failed,
        fmt::format("cannot make the folder '{}': {}", folder.string(), error.message()),
        "choose another place, one that can be written");
}

}  // namespace mlip::core
