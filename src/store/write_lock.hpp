/// One writer a database: FILE.lock, which is also what ASE's own writers wait for.
#pragma once

#include <filesystem>

namespace mlip::store {

/// Holds FILE.lock (flock, with our process id in it) from construction to destruction, when it is
/// removed.  The lock of a killed writer is taken over.  Throws core::UserError that names the
/// process holding it.
class WriteLock {
 public:
  explicit WriteLock(const std::filesystem::path& database);
  WriteLock(const WriteLock&) = delete;
  WriteLock& operator=(const WriteLock&) = delete;
  ~WriteLock();

 private:
  [[nodiscard]] bool create();
  [[nodiscard]] bool take_over();
  std::filesystem::path file_;
  int descriptor_ = -1;
};

}  // namespace mlip::store
