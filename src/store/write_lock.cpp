#include "store/write_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <thread>

#include "core/error.hpp"

namespace mlip::store {

namespace {

using core::ExitCode;
using core::UserError;

constexpr auto ase_patience = std::chrono::seconds(5);

UserError cannot_lock(const std::filesystem::path& file) {
  const bool full = errno == ENOSPC || errno == EDQUOT;
  return {ExitCode::failed,
          fmt::format("cannot write '{}': {}", file.string(), std::strerror(errno)),
          full ? "free the disk; the same command goes on"
               : "check that the folder exists and may be written"};
}

std::string content(int descriptor) {
  char text[32] = {};
  const ssize_t size = pread(descriptor, text, sizeof text - 1, 0);
  return {text, size > 0 ? static_cast<std::size_t>(size) : 0};
}

/// The file is at no time empty: one killed here would leave what looks like ASE's lock.
bool write_process_id(int descriptor) {
  const std::string text = fmt::format("{}\n", getpid());
  const auto size = static_cast<ssize_t>(text.size());
  return pwrite(descriptor, text.data(), text.size(), 0) == size &&
         ftruncate(descriptor, size) == 0;
}

bool is_still_at(int descriptor, const std::filesystem::path& file) {
  struct stat ours = {}, there = {};
  return fstat(descriptor, &ours) == 0 && stat(file.c_str(), &there) == 0 &&
         ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

}  // namespace

WriteLock::WriteLock(const std::filesystem::path& database) : file_(database.string() + ".lock") {
  const auto give_up = std::chrono::steady_clock::now() + ase_patience;
  while (!create() && !take_over()) {
    if (std::chrono::steady_clock::now() > give_up)
      throw UserError(
          ExitCode::failed,
          fmt::format("'{}' is being written by an ASE program", database.string()),
          fmt::format("wait until it has ended; if none is running, remove '{}'", file_.string()));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

WriteLock::~WriteLock() {
  if (descriptor_ < 0) return;
  std::error_code ignored;
  std::filesystem::remove(file_, ignored);
  close(descriptor_);
}

bool WriteLock::create() {
  // Linked into place with its content, so that nobody ever meets a lock of ours without a process
  // id.
  const std::filesystem::path draft = fmt::format("{}.{}", file_.string(), getpid());
  const int descriptor = open(draft.c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0644);
  if (descriptor < 0) throw cannot_lock(file_);
  const bool ready = flock(descriptor, LOCK_EX | LOCK_NB) == 0 && write_process_id(descriptor);
  const bool linked = ready && link(draft.c_str(), file_.c_str()) == 0;
  const int why = errno;
  unlink(draft.c_str());
  if (linked) {
    descriptor_ = descriptor;
    return true;
  }
  close(descriptor);
  errno = why;
  if (why != EEXIST) throw cannot_lock(file_);
  return false;
}

bool WriteLock::take_over() {
  const int descriptor = open(file_.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) {
    if (errno == ENOENT) return false;
    throw cannot_lock(file_);
  }
  const bool locked = flock(descriptor, LOCK_EX | LOCK_NB) == 0;
  std::string holder = content(descriptor);
  if (!holder.empty() && holder.back() == '\n') holder.pop_back();
  if (!locked) {
    close(descriptor);
    throw UserError(
        ExitCode::failed,
        fmt::format("'{}' is being written by process {}", file_.stem().string(), holder),
        "wait until it has ended, or stop it");
  }
  // ASE's lock is an empty file that nobody has flocked.
  if (holder.empty() || !is_still_at(descriptor, file_) || !write_process_id(descriptor)) {
    close(descriptor);
    return false;
  }
  descriptor_ = descriptor;
  return true;
}

}  // namespace mlip::store
