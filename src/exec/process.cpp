#include "exec/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <sstream>
#include <system_error>
#include <thread>

#include "core/error.hpp"

extern char** environ;

namespace mlip::exec {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }
  [[nodiscard]] int number() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

int open_stream(const std::filesystem::path& file, const std::filesystem::path& folder, int flags) {
  const std::filesystem::path target = file.empty() ? "/dev/null" : folder / file;
  return ::open(target.c_str(), flags | O_CLOEXEC, 0644);
}

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& changes) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!changes.contains(text.substr(0, text.find('=')))) result.push_back(text);
  }
  for (const auto& [key, value] : changes) result.push_back(key + "=" + value);
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// All that the child needs, made before the fork: between fork and exec nothing may allocate.
struct Launch {
  const char* program;
  char** arguments;
  char** environment;
  const char* folder;
  std::array<int, 3> streams;
  int report;  ///< where errno goes when the program cannot be started
  pid_t parent;
};

[[noreturn]] void give_up(int report) {
  const int reason = errno;
  [[maybe_unused]] const auto written = ::write(report, &reason, sizeof reason);
  ::_exit(127);
}

[[noreturn]] void become_child(const Launch& launch) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != launch.parent) ::_exit(127);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (int signal : {SIGINT, SIGTERM, SIGPIPE, SIGCHLD, SIGHUP}) ::signal(signal, SIG_DFL);
  if (launch.folder[0] != '\0' && ::chdir(launch.folder) != 0) give_up(launch.report);
  for (int stream = 0; stream < 3; ++stream)
    if (::dup2(launch.streams[static_cast<std::size_t>(stream)], stream) < 0)
      give_up(launch.report);
  // Descriptors that some library opened without O_CLOEXEC must not leak either.
  ::syscall(SYS_close_range, 3U, ~0U, 4U /* CLOSE_RANGE_CLOEXEC */);
  ::execve(launch.program, launch.arguments, launch.environment);
  give_up(launch.report);
}

/// Waits for the end of one child, and ends its whole process group where asked to.
class Watch {
 public:
  Watch(pid_t child, std::stop_token stop)
      : child_(child),
        wake_(::eventfd(0, EFD_CLOEXEC)),
        child_end_(static_cast<int>(::syscall(SYS_pidfd_open, child, 0))),
        stop_(std::move(stop)),
        on_stop_(stop_, [this] {
          const std::uint64_t one = 1;
          [[maybe_unused]] const auto written = ::write(wake_.number(), &one, sizeof one);
        }) {}

  /// True when the child has ended, without reaping it: its group number stays reserved.
  [[nodiscard]] bool ended() const {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(child_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == child_;
  }

  /// Sleeps until the child ends, `seconds` are over (< 0: never) or, where asked for, a stop
  /// request.
  void sleep(double seconds, bool wake_on_stop) const {
    const bool poll_only = child_end_.number() < 0;
    if (poll_only) seconds = seconds < 0 ? 0.01 : std::min(seconds, 0.01);
    std::array<pollfd, 2> events{
        {{child_end_.number(), POLLIN, 0}, {wake_on_stop ? wake_.number() : -1, POLLIN, 0}}};
    const int milliseconds =
        seconds < 0 ? -1 : static_cast<int>(std::clamp(seconds * 1000 + 1, 1.0, 1e8));
    ::poll(events.data(), events.size(), milliseconds);
  }

  /// Exit, time limit or stop request, whichever comes first.
  [[nodiscard]] Completion::End first_event(Clock::time_point start, double limit) const {
    for (;;) {
      if (ended()) return Completion::End::exited;
      if (stop_.stop_requested()) return Completion::End::stopped;
      const double left = limit > 0 ? limit - seconds_since(start) : -1;
      if (limit > 0 && left <= 0) return Completion::End::timed_out;
      sleep(left, true);
    }
  }

  void terminate(double grace) const {
    ::kill(-child_, SIGTERM);
    const auto start = Clock::now();
    while (!ended() && seconds_since(start) < grace) sleep(grace - seconds_since(start), false);
    ::kill(-child_, SIGKILL);
  }

  /// Ends what is left of the group and collects the child.
  void reap(Completion& completion) const {
    while (!ended()) sleep(-1, false);
    ::kill(-child_, SIGKILL);
    int status = 0;
    rusage usage{};
    while (::wait4(child_, &status, 0, &usage) < 0 && errno == EINTR) {
    }
    const auto seconds = [](const timeval& t) {
      return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
    };
    completion.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    completion.code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    if (completion.end == Completion::End::exited && WIFSIGNALED(status))
      completion.end = Completion::End::signaled;
  }

 private:
  pid_t child_;
  Descriptor wake_, child_end_;
  std::stop_token stop_;
  std::stop_callback<std::function<void()>> on_stop_;
};

/// fork(), tried again for a few seconds while the machine is short of processes or memory.
pid_t patient_fork() {
  using namespace std::chrono_literals;
  for (auto pause = 50ms;; pause *= 2) {
    const pid_t child = ::fork();
    if (child >= 0 || (errno != EAGAIN && errno != ENOMEM) || pause > 2s) return child;
    std::this_thread::sleep_for(pause);
  }
}

/// Process number, or 0 with errno where the program could not be started.
pid_t start(const Launch& prepared, const Descriptor& report_end, Descriptor& write_end) {
  const pid_t child = patient_fork();
  if (child == 0) become_child(prepared);
  if (child < 0) return 0;
  ::setpgid(child, child);
  write_end.close();
  int reason = 0;
  ssize_t got = 0;
  while ((got = ::read(report_end.number(), &reason, sizeof reason)) < 0 && errno == EINTR) {
  }
  if (got != static_cast<ssize_t>(sizeof reason)) return child;
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  errno = reason;
  return 0;
}

Completion not_started(int reason) {
  return {Completion::End::not_started, reason, 0, 0};
}

}  // namespace

std::string in_words(const Completion& completion) {
  switch (completion.end) {
    case Completion::End::exited:
      return fmt::format("exit status {}", completion.code);
    case Completion::End::signaled:
      return fmt::format("signal {}", completion.code);
    case Completion::End::timed_out:
      return fmt::format("ended after {:.1f} s", completion.seconds);
    case Completion::End::stopped:
      return "asked to stop";
    case Completion::End::not_started:
      break;
  }
  return fmt::format("could not be started: {}", std::system_category().message(completion.code));
}

Completion run(const Command& command, std::stop_token stop) {
  MLIP_ASSERT(!command.argv.empty());
  const auto program = find_program(command.argv.front());
  if (!program) return not_started(ENOENT);
  const std::string program_name = program->string(), folder = command.folder.string();
  const Descriptor in(open_stream(command.standard_input, command.folder, O_RDONLY));
  const Descriptor out(
      open_stream(command.standard_output, command.folder, O_WRONLY | O_CREAT | O_TRUNC));
  const Descriptor error(
      open_stream(command.standard_error, command.folder, O_WRONLY | O_CREAT | O_TRUNC));
  std::array<int, 2> report{};
  if (in.number() < 0 || out.number() < 0 || error.number() < 0 ||
      ::pipe2(report.data(), O_CLOEXEC) != 0)
    return not_started(errno);
  const Descriptor report_end(report[0]);
  Descriptor write_end(report[1]);

  auto arguments = command.argv;
  auto environment = merged_environment(command.environment);
  auto argument_pointers = pointers(arguments), environment_pointers = pointers(environment);
  const auto begin = Clock::now();
  const pid_t child = start({program_name.c_str(),
                             argument_pointers.data(),
                             environment_pointers.data(),
                             folder.c_str(),
                             {in.number(), out.number(), error.number()},
                             report[1],
                             ::getpid()},
                            report_end, write_end);
  if (child == 0) return not_started(errno);

  Completion completion;
  const Watch watch(child, std::move(stop));
  completion.end = watch.first_event(begin, command.time_limit_seconds);
  if (completion.end != Completion::End::exited) watch.terminate(command.grace_seconds);
  watch.reap(completion);
  completion.seconds = seconds_since(begin);
  return completion;
}

std::optional<std::filesystem::path> find_program(const std::string& name) {
  namespace fs = std::filesystem;
  const auto executable = [](const fs::path& file) {
    std::error_code ignored;
    return fs::is_regular_file(file, ignored) && ::access(file.c_str(), X_OK) == 0;
  };
  if (name.find('/') != std::string::npos)
    return executable(name) ? std::optional(fs::absolute(name)) : std::nullopt;
  const char* search = std::getenv("PATH");
  std::istringstream folders(search != nullptr ? search : "/usr/local/bin:/usr/bin:/bin");
  for (std::string folder; std::getline(folders, folder, ':');)
    if (const fs::path file = fs::path(folder.empty() ? "." : folder) / name;
        !name.empty() && executable(file))
      return fs::absolute(file);
  return std::nullopt;
}

}  // namespace mlip::exec
