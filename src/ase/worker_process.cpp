#include "ase/worker_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>

#include "core/error.hpp"
#include "exec/process.hpp"

namespace mlip::ase {

namespace {

using Clock = std::chrono::steady_clock;

/// What is left until a moment or a wish to stop, as poll() wants it.
class Deadline {
 public:
  Deadline(double seconds, std::stop_token stop)
      : end_(Clock::now() +
             std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds))),
        stop_(std::move(stop)) {}
  [[nodiscard]] int milliseconds() const {
    const long longest = stop_.stop_possible() ? 100 : 1'000'000;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end_ - Clock::now()).count();
    return static_cast<int>(std::clamp<long>(left, 0, longest));
  }
  [[nodiscard]] bool over() const { return stop_.stop_requested() || Clock::now() >= end_; }
  [[nodiscard]] core::Failure failure() const {
    return {stop_.stop_requested() ? asked_to_stop : too_late};
  }

 private:
  Clock::time_point end_;
  std::stop_token stop_;
};

int open_pipe(const std::filesystem::path& pipe, int flags) {
  const int descriptor =
      ::mkfifo(pipe.c_str(), 0600) == 0 ? ::open(pipe.c_str(), flags | O_NONBLOCK | O_CLOEXEC) : -1;
  if (descriptor >= 0) return descriptor;
  throw core::UserError(
      core::ExitCode::failed,
      fmt::format("cannot make the pipe '{}' ({})", pipe.string(), std::strerror(errno)),
      "set TMPDIR to a local folder that can be written");
}

const core::Failure gone{"the worker ended"};

/// Empty where all was written; else why not.
std::string send(int requests, int replies, std::string_view bytes, const Deadline& deadline) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(requests, bytes.data(), bytes.size());
    if (written > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
      continue;
    }
    if (deadline.over()) return deadline.failure().reason;
    std::array<pollfd, 2> events{{{requests, POLLOUT, 0}, {replies, 0, 0}}};
    ::poll(events.data(), events.size(), deadline.milliseconds());
    if ((events[1].revents & POLLHUP) != 0) return gone.reason;
  }
  return {};
}

core::Result<std::string> receive(int replies, std::size_t count, const Deadline& deadline) {
  std::string bytes(count, '\0');
  std::size_t got = 0;
  while (got < count) {
    pollfd event{replies, POLLIN, 0};
    if (::poll(&event, 1, deadline.milliseconds()) == 0 && deadline.over())
      return deadline.failure();
    if (event.revents == 0) continue;
    const ssize_t read = ::read(replies, bytes.data() + got, count - got);
    if (read == 0) return gone;
    if (read > 0) got += static_cast<std::size_t>(read);
  }
  return bytes;
}

/// Blocks while the worker lives.
void keep(const exec::Command& command, const std::stop_token& stop) {
  (void)exec::run(command, stop);
  // Where the program never opened its end, this is what makes the reader see the end.
  const int replies =
      ::open((command.folder / command.standard_output).c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  if (replies >= 0) ::close(replies);
}

}  // namespace

WorkerProcess::WorkerProcess(std::vector<std::string> argv,
                             std::map<std::string, std::string> environment,
                             std::filesystem::path folder)
    : folder_(std::move(folder)) {
  exec::Command command;
  command.argv = std::move(argv);
  command.environment = std::move(environment);
  command.folder = folder_;
  command.standard_input = "requests";
  command.standard_output = "replies";
  command.standard_error = "stderr";
  command.grace_seconds = 0.2;
  // Read and write: then neither the worker's opening nor its death can block or signal us.
  requests_ = open_pipe(folder_ / command.standard_input, O_RDWR);
  replies_ = open_pipe(folder_ / command.standard_output, O_RDONLY);
  // A thread of its own, because a child dies with the thread that started it.
  keeper_ = std::jthread([command](const std::stop_token& stop) { keep(command, stop); });
}

WorkerProcess::~WorkerProcess() {
  keeper_.request_stop();
  keeper_.join();
  ::close(requests_);
  ::close(replies_);
}

core::Result<Reply> WorkerProcess::exchange(std::string_view frame, double seconds,
                                            std::size_t longest, std::stop_token stop) {
  const Deadline deadline(seconds, std::move(stop));
  const std::string unsent = send(requests_, replies_, frame, deadline);
  if (!unsent.empty()) return core::Failure{unsent};
  const auto head = receive(replies_, header_size, deadline);
  if (!head) return core::Failure{head.reason()};
  const auto header = decode_header(head.value(), longest);
  if (!header) return core::Failure{header.reason()};
  auto payload = receive(replies_, header.value().length, deadline);
  if (!payload) return core::Failure{payload.reason()};
  return Reply{header.value().kind, std::move(payload.value())};
}

std::string WorkerProcess::last_words() const {
  constexpr std::streamoff longest = 600;
  std::ifstream file(folder_ / "stderr", std::ios::binary | std::ios::ate);
  if (!file) return {};
  file.seekg(std::max<std::streamoff>(0, std::streamoff(file.tellg()) - longest));
  std::string text{std::istreambuf_iterator<char>(file), {}}, line;
  for (const char c : text) {
    const bool blank = c == '\n' || c == '\r' || c == '\t' || c == ' ';
    if (!blank || (!line.empty() && line.back() != ' ')) line += blank ? ' ' : c;
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

}  // namespace mlip::ase
