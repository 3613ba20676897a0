#include "surrogate/ase_worker.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/error.hpp"
#include "core/file.hpp"
#include "exec/process.hpp"
#include "surrogate/worker_protocol.hpp"
#include "surrogate/worker_script.hpp"

namespace mlip::surrogate {

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
      auto fresh = owner_.start();
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
    slots_.front().worker = start();
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

std::unique_ptr<WorkerProcess> AseWorker::start() const {
  std::filesystem::path folder;
  {
    const std::lock_guard lock(mutex_);
    folder = scratch_ / fmt::format("worker_{}", ++started_);
  }
  std::filesystem::create_directory(folder);
  auto worker = std::make_unique<WorkerProcess>(
      std::vector<std::string>{python_, (scratch_ / "ase_worker.py").string(), options_.calculator,
                               options_.arguments},
      environment_of(options_), folder);
  greet(*worker);
  return worker;
}

void AseWorker::greet(WorkerProcess& worker) const {
  const auto reply = worker.exchange("", options_.start_seconds, longest_reply(0));
  std::string reason = reply ? "it answered what was not asked" : reply.reason();
  if (reply && reply.value().kind == FrameKind::failure) reason = reply.value().payload;
  if (reply && reply.value().kind == FrameKind::hello) {
    const auto hello = decode_hello(reply.value().payload);
    if (hello) return;
    reason = hello.reason();
  }
  throw core::UserError(
      core::ExitCode::missing_tool,
      fmt::format("the calculator '{}' does not start: {}", options_.calculator,
                  with_last_words(reason, worker.last_words())),
      fmt::format("check its name and arguments, and that '{}' has ASE and its package", python_));
}

core::Result<AseEvaluation> AseWorker::compute(const core::Structure& structure) const {
  const std::string request = encode_request(structure);
  const std::size_t longest = longest_reply(structure.size());
  Lease lease(*this);
  std::string reason;
  for (int attempt = 0; attempt < 2; ++attempt) {
    auto& worker = lease.worker();
    const auto reply = worker.exchange(request, options_.call_seconds, longest);
    if (reply && reply.value().kind == FrameKind::failure)
      return core::Failure{reply.value().payload};
    if (reply && reply.value().kind == FrameKind::result)
      return to_evaluation(reply.value().payload, structure);
    reason = with_last_words(reply ? "it answered what was not asked" : reply.reason(),
                             worker.last_words());
    lease.discard();
  }
  return core::Failure{reason};
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

}  // namespace mlip::surrogate
