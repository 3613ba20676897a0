#include "app/interrupt.hpp"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>

namespace mlip::app {

namespace {
sigset_t ending_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}
}  // namespace

Interrupt::Interrupt() {
  const sigset_t set = ending_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  waiter_ = std::jthread([this, set](std::stop_token end) {
    const timespec slice{0, 200'000'000};
    while (!end.stop_requested()) {
      if (sigtimedwait(&set, nullptr, &slice) < 0) continue;
      if (source_.stop_requested()) _exit(130);
      std::fputs("\nmlip-auto: ending in order; again to end at once\n", stderr);
      source_.request_stop();
    }
  });
}

Interrupt::~Interrupt() {
  waiter_.request_stop();
}

}  // namespace mlip::app
