/// Ctrl-C and SIGTERM as a stop token: the first asks the run to end in order, the second ends it
/// at once.
#pragma once

#include <stop_token>
#include <thread>

namespace mlip::app {

class Interrupt {
 public:
  /// To be made before any other thread: it blocks the signals in all of them.
  Interrupt();
  ~Interrupt();
  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::jthread waiter_;
};

}  // namespace mlip::app
