#include "app/surrogate_evaluation.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <exception>
#include <optional>
#include <thread>
#include <vector>

#include "app/evaluated_file.hpp"
#include "core/error.hpp"

namespace mlip::app {

namespace {

/// Frames on their way through, and what became of each.
struct Batch {
  enum class State : char { waiting, evaluated, failed };
  std::vector<io::Frame> frames;
  std::vector<std::size_t> numbers;  ///< in the input
  std::vector<State> states;
  std::vector<std::string> failures;
  std::exception_ptr end;  ///< why the surrogate ended for good
};

/// The frames of the input that are not passed over.
class Input {
 public:
  explicit Input(const EvaluationRequest& request)
      : reader_(request.structures), left_out_(request.left_out) {}
  [[nodiscard]] std::optional<io::Frame> next() {
    auto frame = reader_.next();
    while (frame && ++number_ <= left_out_.size() && left_out_[number_ - 1]) frame = reader_.next();
    return frame;
  }
  /// Of the last one.
  [[nodiscard]] std::size_t number() const { return number_ - 1; }
  [[nodiscard]] std::size_t position() { return reader_.position(); }

 private:
  io::FrameReader reader_;
  const std::vector<bool>& left_out_;
  std::size_t number_ = 0;
};

/// The next frames that are not there yet; `read` counts those that are too.
Batch read_batch(Input& input, EvaluatedFile& out, std::size_t size, std::size_t& read) {
  Batch batch;
  while (batch.frames.size() < size) {
    auto frame = input.next();
    if (!frame) break;
    if (out.has(*frame)) {
      ++read;
      continue;
    }
    batch.frames.push_back(std::move(*frame));
    batch.numbers.push_back(input.number());
  }
  batch.states.assign(batch.frames.size(), Batch::State::waiting);
  batch.failures.resize(batch.frames.size());
  return batch;
}

/// What was said of the structure before is not the surrogate's.
void evaluate(const surrogate::Surrogate& surrogate, io::Frame& frame) {
  const auto result = surrogate.calculator->evaluate(frame.structure);
  frame.labels = {};
  for (const char* key : {"energy", "level_of_theory", "surrogate_failure"}) frame.info.erase(key);
  frame.labels.energy = result.energy;
  frame.labels.forces = result.forces;
  if (frame.structure.cell.all_periodic())
    frame.labels.stress = result.stress(frame.structure.cell.volume());
  if (!core::is_finite(frame.labels, frame.structure.size()))
    throw core::UserError(core::ExitCode::failed, "the surrogate gives no finite answer");
  frame.info["surrogate"] = surrogate.model;
  frame.info["surrogate_version"] = surrogate.version;
  frame.info["surrogate_energies"] = surrogate.energies;
}

void evaluate_batch(const surrogate::Surrogate& surrogate, Batch& batch,
                    const EvaluationRequest& request) {
  const auto workers = static_cast<std::size_t>(surrogate_workers(request.workers));
  std::atomic<std::size_t> next = 0;
  std::vector<std::exception_ptr> ends(workers);
  const auto work = [&](std::exception_ptr& end) {
    for (std::size_t k = next++; k < batch.frames.size(); k = next++) try {
        io::Frame& frame = batch.frames[k];
        if (!request.reuse_energies || !is_evaluated(frame, surrogate.model, surrogate.version))
          evaluate(surrogate, frame);
        batch.states[k] = Batch::State::evaluated;
      } catch (const core::UserError& error) {
        end = std::current_exception();
        if (error.code() == core::ExitCode::missing_tool) return;
        end = nullptr;
        batch.failures[k] = error.what();
        batch.states[k] = Batch::State::failed;
      }
  };
  {
    std::vector<std::jthread> threads;
    for (auto& end : ends) threads.emplace_back([&work, &end] { work(end); });
  }
  for (const auto& end : ends)
    if (end) batch.end = end;
}

/// A line on the terminal a second, in a log every half minute: done, rate, time to go.
class Progress {
 public:
  explicit Progress(std::size_t bytes) : bytes_(bytes) {}
  /// `before` of the structures, up to this position, were there already.
  void begin(std::size_t before, std::size_t position) {
    if (before > 0) fmt::print(stderr, "{} structures were evaluated before\n", before);
    before_ = before;
    begun_at_ = position;
  }
  void show(std::size_t done, std::size_t position, bool last) {
    const auto now = std::chrono::steady_clock::now();
    const bool live = isatty(STDERR_FILENO) != 0;
    if (!last && now - shown_ < std::chrono::seconds(live ? 1 : 30)) return;
    shown_ = now;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    const double share = last || bytes_ == 0 ? 1 : double(position) / double(bytes_);
    const double passed = double(position) - double(begun_at_), left = double(bytes_) * (1 - share);
    const double rest = !last && passed > 0 ? seconds * left / passed : 0;
    const long whole = std::lround(rest);
    fmt::print(stderr, "{}{} structures, {:.1f}/s, {:.0f} %, eta {}:{:02}:{:02}{}",
               live ? "\r\033[2K" : "", done, double(done - before_) / std::max(seconds, 1e-9),
               100 * share, whole / 3600, whole / 60 % 60, whole % 60, live && !last ? "" : "\n");
    std::fflush(stderr);
  }

 private:
  std::size_t bytes_, before_ = 0, begun_at_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now(), shown_ = start_;
};

/// Those in order up to the first without an end; then throws what ended the surrogate.
void write_batch(const Batch& batch, EvaluatedFile& out) {
  for (std::size_t k = 0; k < batch.frames.size(); ++k) {
    if (batch.states[k] == Batch::State::waiting) break;
    if (batch.states[k] == Batch::State::evaluated) {
      out.write(batch.frames[k]);
      continue;
    }
    fmt::print(stderr, "frame {}: {}\n", batch.numbers[k], batch.failures[k]);
    out.write_failure(batch.frames[k], batch.failures[k]);
  }
  out.flush();
  if (batch.end) std::rethrow_exception(batch.end);
}

/// As many as take about two seconds: what a kill costs.
class BatchSize {
 public:
  explicit BatchSize(int workers) : workers_(static_cast<std::size_t>(workers)) {}
  [[nodiscard]] std::size_t next() {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - begun_).count();
    begun_ = now;
    if (size_ == 0) return size_ = 4 * workers_;
    const double wanted = double(size_) * 2 / std::max(seconds, 1e-6);
    return size_ = std::clamp(static_cast<std::size_t>(wanted), workers_,
                              std::min(4 * size_, 512 * workers_));
  }

 private:
  std::size_t workers_, size_ = 0;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

}  // namespace

int surrogate_workers(int wanted) {
  return wanted > 0 ? wanted : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

Evaluated evaluate_structures(const EvaluationRequest& request,
                              const surrogate::Surrogate& surrogate, std::stop_token stop) {
  Input input(request);
  EvaluatedFile out(request.out, surrogate);
  Progress progress(std::filesystem::file_size(request.structures));
  BatchSize size(surrogate_workers(request.workers));
  Evaluated result;
  std::size_t read = 0;
  for (bool first = true; !stop.stop_requested(); first = false) {
    auto batch = read_batch(input, out, size.next(), read);
    if (first) progress.begin(result.before = read, input.position());
    evaluate_batch(surrogate, batch, request);
    result.complete = batch.frames.empty();
    if (result.complete) break;
    write_batch(batch, out);
    read += batch.frames.size();
    progress.show(read, input.position(), false);
  }
  progress.show(read, input.position(), result.complete);
  result.evaluated = out.evaluated();
  result.failed = out.failed();
  if (result.failed > 0) result.failures = out.failures();
  if (result.complete) out.finish();
  return result;
}

}  // namespace mlip::app
