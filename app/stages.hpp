/// Progress of a command that has stages: a live line on a terminal, a line a stage in a log.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>

namespace mlip::app {

class Stages {
 public:
  /// From any thread.
  void show(const std::string& stage, std::size_t done, std::size_t all);
  /// Ends the live line.
  void end();

 private:
  std::mutex mutex_;
  std::string stage_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now(), shown_ = start_;
  bool live_ = false;  ///< a line is open
};

}  // namespace mlip::app
