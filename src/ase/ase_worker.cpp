#include "ase/ase_worker.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "ase/worker_protocol.hpp"
#include "ase/worker_script.hpp"
#include "core/error.hpp"
#include "core/file.hpp"
#include "exec/process.hpp"

namespace mlip::ase {

namespace {

void check(const AseOptions& options) {
  const auto colon = options.calculator.find(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == options.calculator.size())
    throw core::UserError(
        core::ExitCode::bad_input,
        fmt::format("calculator: '{}' is not of the form module:callable", options.calculator),
        "for example ase.calculators.emt:EMT");
  MLIP_ASSERT(options.workers > 0 && options.cutoff > 0);
  MLIP_ASSERT(options.start_seconds > 0 && options.call_seconds > 0);
}

std::string find_python(const std::string& python) {
  if (const auto program = exec::find_program(python)) return program->string();
  throw core::UserError(core::ExitCode::missing_tool,
                        fmt::format("python: '{}' cannot be started", python),
                        "install python3 and python3-ase, or name another Python");
}

std::filesystem::path make_scratch() {
  std::string name = (std::filesystem::temp_directory_path() / "mlip-ase-XXXXXX").string();
  if (::mkdtemp(name.data()) != nullptr) return name;
  throw core::UserError(core::ExitCode::failed,
                        fmt::format("cannot make the folder '{}' ({})", name, std::strerror(errno)),
                        "set TMPDIR to a folder that can be written");
}

/// One thread a worker: several workers are faster than threads that spin.
std::map<std::string, std::string> environment_of(const AseOptions& options) {
  std::map<std::string, std::string> environment = options.environment;
  for (const char* name : {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"})
    environment.try_emplace(name, "1");
  environment.try_emplace("PYTHONDONTWRITEBYTECODE", "1");
  return environment;
}

std::string with_last_words(const std::string& reason, const std::string& words) {
  return words.empty() ? reason : fmt::format("{}; its last words: {}", reason, words);
}

AseTry::End end_of_worker(const std::string& why) {
  if (why == too_late) return AseTry::End::late;
  return why == asked_to_stop ? AseTry::End::interrupted : AseTry::End::lost;
}

core::Result<AseEvaluation> to_evaluation(const std::string& payload,
                                          const core::Structure& structure) {
  auto decoded = decode_result(payload, structure.size());
  if (!decoded) return core::Failure{decoded.reason()};
  auto& result = decoded.value();
  AseEvaluation answer;
  answer.has_stress = result.stress.has_value();
  answer.evaluation.energy = result.energy;
  answer.evaluation.energies = std::move(result.energies);
  answer.evaluation.forces = std::move(result.forces);
  if (result.stress) answer.evaluation.virial = -structure.cell.volume() * *result.stress;
  return answer;
}

}  // namespace

std::string python_with_ase() {
  for (const char* python : {"python3", "/usr/bin/python3"}) {
    exec::Command command;
    command.argv = {python, "-c", "import ase"};
    command.folder = std::filesystem::temp_directory_path();
    command.time_limit_seconds = 60;
    const auto done = exec::run(command);
    if (done.end == exec::Completion::End::exited && done.code == 0) return python;
  }
  return "python3";
}

/// A worker for one call: the slot is free again afterwards, however the call ends.
class AseWorker::Lease {
 public:
  explicit Lease(const AseWorker& owner) : owner_(owner) {
    std::unique_lock lock(owner_.mutex_);
    const auto free = [this] {
      // A worker that lives already is better than a free slot that must start one.
      const auto better = [](const Slot& a, const Slot& b) {
        return !a.busy && (b.busy || (a.worker != nullptr && b.worker == nullptr));
      };
      slot_ = &*std::min_element(owner_.slots_.begin(), owner_.slots_.end(), better);
      return !slot_->busy;
    };
    owner_.freed_.wait(lock, free);
    slot_->busy = true;
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease() {
    {
      const std::lock_guard lock(owner_.mutex_);
      slot_->busy = false;
    }
    owner_.freed_.notify_one();
  }

  WorkerProcess& worker() {
    if (slot_->worker == nullptr) {
      auto fresh = owner_.start_another();
      const std::lock_guard lock(owner_.mutex_);
      slot_->worker = std::move(fresh);
    }
    return *slot_->worker;
  }
  /// Ends the worker; the next worker() is a new one.
  void discard() {
    std::unique_ptr<WorkerProcess> old;
    const std::lock_guard lock(owner_.mutex_);
    std::swap(old, slot_->worker);
  }

 private:
  const AseWorker& owner_;
  Slot* slot_ = nullptr;
};

AseWorker::AseWorker(AseOptions options) : options_(std::move(options)) {
  check(options_);
  python_ = find_python(options_.python);
  scratch_ = make_scratch();
  slots_.resize(static_cast<std::size_t>(options_.workers));
  try {
    core::write_atomically(scratch_ / "ase_worker.py", worker_script());
    slots_.front().worker = start(versions_);
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove_all(scratch_, ignored);
    throw;
  }
}

AseWorker::~AseWorker() {
  slots_.clear();
  std::error_code ignored;
  std::filesystem::remove_all(scratch_, ignored);
}

std::unique_ptr<WorkerProcess> AseWorker::start_another() const {
  std::string versions;
  auto worker = start(versions);
  if (versions == versions_) return worker;
  throw core::UserError(core::ExitCode::failed,
                        fmt::format("the calculator '{}' has changed: it was {}, now it is {}",
                                    options_.calculator, versions_, versions),
                        "start again; labels of both never mix");
}

std::unique_ptr<WorkerProcess> AseWorker::start(std::string& versions) const {
  std::filesystem::path folder;
  {
    const std::lock_guard lock(mutex_);
    folder = scratch_ / fmt::format("worker_{}", ++started_);
  }
  std::filesystem::create_directory(folder);
  auto worker = std::make_unique<WorkerProcess>(
      std::vector<std::string>{python_, (scratch_ / "ase_worker.py").string(), options_.calculator,
                               options_.arguments, std::filesystem::current_path().string()},
      environment_of(options_), folder);
  versions = greet(*worker);
  return worker;
}

std::string AseWorker::greet(WorkerProcess& worker) const {
  const auto reply = worker.exchange("", options_.start_seconds, longest_reply(0));
  std::string reason = reply ? "it answered what was not asked" : reply.reason();
  if (reply && reply.value().kind == FrameKind::failure) reason = reply.value().payload;
  if (reply && reply.value().kind == FrameKind::hello) {
    const auto hello = decode_hello(reply.value().payload);
    if (hello) return hello.value();
    reason = hello.reason();
  }
  throw core::UserError(
      core::ExitCode::missing_tool,
      fmt::format("the calculator '{}' does not start: {}", options_.calculator,
                  with_last_words(reason, worker.last_words())),
      fmt::format("check its name and arguments, and that '{}' has ASE and its package", python_));
}

AseTry AseWorker::try_once(const core::Structure& structure, std::stop_token stop) const {
  AseTry tried;
  if (stop.stop_requested()) {
    tried.end = AseTry::End::interrupted;
    tried.reason = asked_to_stop;
    return tried;
  }
  Lease lease(*this);
  auto& worker = lease.worker();
  const auto reply = worker.exchange(encode_request(structure), options_.call_seconds,
                                     longest_reply(structure.size()), std::move(stop));
  if (reply && reply.value().kind == FrameKind::failure) {
    tried.end = AseTry::End::refused;
    tried.reason = reply.value().payload;
  } else if (reply && reply.value().kind == FrameKind::result) {
    auto answer = to_evaluation(reply.value().payload, structure);
    if (answer)
      tried.answer = std::move(answer.value());
    else
      tried.reason = answer.reason();
    tried.end = answer ? AseTry::End::computed : AseTry::End::refused;
  } else {
    const std::string why = reply ? "it answered what was not asked" : reply.reason();
    tried.end = end_of_worker(why);
    tried.reason = with_last_words(why, worker.last_words());
    lease.discard();
  }
  return tried;
}

core::Result<AseEvaluation> AseWorker::compute(const core::Structure& structure) const {
  AseTry last = try_once(structure, {});
  if (last.end == AseTry::End::lost || last.end == AseTry::End::late)
    last = try_once(structure, {});
  if (last.end == AseTry::End::computed) return std::move(last.answer);
  return core::Failure{last.reason};
}

potential::Evaluation AseWorker::evaluate(const core::Structure& structure,
                                          const potential::Request&) const {
  auto answer = compute(structure);
  if (answer) return std::move(answer.value().evaluation);
  throw core::UserError(
      core::ExitCode::failed,
      fmt::format("the calculator '{}' failed on '{}': {}", options_.calculator,
                  structure.formula(), answer.reason()),
      "look whether it knows these elements, and whether the time limit of a call is enough");
}

}  // namespace mlip::ase
