#include "app/interrupt.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <system_error>

namespace mlip::app {

namespace {

constexpr char signalled = 's', finished = 'f';

std::atomic<int> written_to = -1;  // of a pipe, by the handler
std::atomic<pid_t> owner = 0;

void pass_on(int) {
  if (getpid() != owner.load()) return;  // a child about to become another program
  [[maybe_unused]] const auto written = write(written_to.load(), &signalled, 1);
}

sigset_t ending_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

/// Not where it is ignored: so shells start what they put in the background.
void handle(int signal) {
  struct sigaction action = {};
  sigaction(signal, nullptr, &action);
  if (action.sa_handler == SIG_IGN) return;
  action.sa_handler = pass_on;
  action.sa_flags = SA_RESTART;
  sigaction(signal, &action, nullptr);
}

}  // namespace

Interrupt::Interrupt() {
  if (pipe2(pipe_.data(), O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "no pipe for signals");
  written_to = pipe_[1];
  owner = getpid();
  const sigset_t set = ending_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  handle(SIGINT);
  handle(SIGTERM);
  waiter_ = std::jthread([this, set] {
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    for (char what = 0; read(pipe_[0], &what, 1) == 1 && what != finished;) {
      if (source_.stop_requested()) _exit(130);
      std::fputs("\nmlip-auto: ending in order; again to end at once\n", stderr);
      source_.request_stop();
    }
  });
}

Interrupt::~Interrupt() {
  [[maybe_unused]] const auto written = write(pipe_[1], &finished, 1);
  waiter_.join();
}

}  // namespace mlip::app
