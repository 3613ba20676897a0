/// Ctrl-C and SIGTERM as a stop token: the first asks the run to end in order, the second ends it
/// at once.
#pragma once

#include <array>
#include <stop_token>
#include <thread>

namespace mlip::app {

/// One a process.  Threads made after it never see the signals; those of libraries, which were
/// there before, pass them on.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::array<int, 2> pipe_;  ///< left open: a handler may still write to it
  std::jthread waiter_;
};

}  // namespace mlip::app
