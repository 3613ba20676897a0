#include "dft/cluster/chunk_task.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <optional>
#include <thread>

#include "core/error.hpp"
#include "core/file_lock.hpp"
#include "dft/espresso/fault.hpp"
#include "dft/ledger.hpp"

namespace mlip::dft {

namespace {

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

/// Nothing when asked to stop first.
std::optional<core::FileLock> wait_for(const std::filesystem::path& file,
                                       const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (auto lock = core::FileLock::take(file)) return lock;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  return std::nullopt;
}

/// Where a task has less memory than its node, "killed" is the cluster's way to say so.
bool starved(const core::Outcome& outcome) {
  using espresso::Fault;
  if (outcome.accepted || outcome.attempts.empty()) return false;
  const std::string& fault = outcome.attempts.back().fault;
  return fault == entry(Fault::out_of_memory).name || fault == entry(Fault::killed).name;
}

std::shared_ptr<const Oracle> checked(std::shared_ptr<const Oracle> oracle,
                                      const BatchDescription& description) {
  if (oracle->level_of_theory() == description.level_of_theory) return oracle;
  throw core::UserError(core::ExitCode::bad_input,
                        fmt::format("the level of theory is '{}' here, but '{}' was asked for",
                                    oracle->level_of_theory(), description.level_of_theory),
                        "use one version of this program and the same files on all nodes");
}

/// False when asked to stop.
bool label_rest(const BatchFolder& batch, int chunk, const Oracle& oracle,
                const std::stop_token& stop, ChunkEnd& end) {
  Ledger ledger(batch.ledger(chunk), batch.description().level_of_theory);
  auto jobs = batch.jobs(chunk);
  std::erase_if(jobs,
                [&](const Job& job) { return ledger.find(job.structure, job.start).has_value(); });
  compute_batch(oracle, jobs, batch.description().workers, stop,
                [&](std::size_t index, const core::Outcome& outcome) {
                  if (interrupted(outcome)) return;
                  if (starved(outcome))
                    end.starved = true;
                  else
                    ledger.add(jobs[index].structure, outcome, "", jobs[index].start);
                });
  return !stop.stop_requested();
}

}  // namespace

bool label_chunk(const BatchFolder& batch, const ChunkTask& task,
                 const std::function<std::shared_ptr<const Oracle>()>& open, std::stop_token stop) {
  MLIP_ASSERT(task.chunk >= 0 && task.chunk < batch.chunk_count());
  const auto lock = wait_for(batch.chunk(task.chunk) / "lock", stop);
  if (!lock) return false;
  ChunkEnd end;
  end.attempt = task.attempt;
  end.host = host_name();
  try {
    const auto oracle = checked(open(), batch.description());
    oracle->learn(batch.description().experience);
    if (!label_rest(batch, task.chunk, *oracle, stop, end)) return false;
  } catch (const core::UserError& error) {
    end.error = error.what();
    end.remedy = error.remedy();
    batch.write_end(task.chunk, end);
    throw;
  }
  batch.write_end(task.chunk, end);
  return true;
}

}  // namespace mlip::dft
