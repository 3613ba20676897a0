/// One worker process and the two pipes we talk to it through.
#pragma once

#include <filesystem>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "ase/worker_protocol.hpp"
#include "core/result.hpp"

namespace mlip::ase {

/// Reasons of failures of an exchange that mean something to the caller.
inline constexpr const char* too_late = "no answer within the time limit";
inline constexpr const char* asked_to_stop = "asked to stop";

struct Reply {
  FrameKind kind = FrameKind::failure;
  std::string payload;
};

/// The process is started with the object, in a process group of its own, and ends with it; it ends
/// too when we are killed.  Not thread-safe: one thread at a time talks.
class WorkerProcess {
 public:
  /// `argv` is started without a shell, in `folder`, an existing one that is the worker's alone and
  /// where its pipes and its file "stderr" are made.  Throws core::UserError where they cannot be.
  WorkerProcess(std::vector<std::string> argv, std::map<std::string, std::string> environment,
                std::filesystem::path folder);
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;
  ~WorkerProcess();

  /// Sends `frame` (may be empty) and waits for one frame back.  A failure where the worker ended,
  /// wrote what is no frame or a payload beyond `longest` bytes, `seconds` were over (too_late) or
  /// the token asked to stop (asked_to_stop).
  [[nodiscard]] core::Result<Reply> exchange(std::string_view frame, double seconds,
                                             std::size_t longest, std::stop_token stop = {});

  /// The end of what it wrote to its standard error, on one line; may be empty.
  [[nodiscard]] std::string last_words() const;

 private:
  std::filesystem::path folder_;
  int requests_ = -1, replies_ = -1;
  std::jthread keeper_;
};

}  // namespace mlip::ase
