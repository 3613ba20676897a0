#include "dft/cluster/retries.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/error.hpp"

namespace mlip::dft {

namespace {

constexpr int ever = 1'000'000;

constexpr std::array<Retry, 10> table = {{
    {Cause::first, "first", "not submitted yet", 1, 1, ever, LastResort::give_up, ""},
    {Cause::stopped, "stopped", "we cancelled it when we were asked to stop", 1, 1, ever,
     LastResort::give_up, ""},
    {Cause::preempted, "preempted", "it made room for another job", 1, 1, 50, LastResort::stop_run,
     "choose a partition whose jobs are not preempted"},
    {Cause::node_failed, "node failed", "its node went away", 1, 1, 5, LastResort::stop_run,
     "ask the site what is wrong with its nodes; the same command goes on"},
    {Cause::time_limit, "time limit", "it was not done in the time asked for", 2, 1, 4,
     LastResort::give_up, ""},
    {Cause::out_of_memory, "out of memory", "it needed more memory than was asked for", 1, 2, 4,
     LastResort::give_up, ""},
    {Cause::failed, "task failed", "it ended without saying why", 1, 1, 2, LastResort::give_up, ""},
    {Cause::lost, "lost", "the queue knows nothing of it, and it left nothing", 1, 1, 3,
     LastResort::stop_run, "look at the queue and the disk; the same command goes on"},
    {Cause::cancelled, "cancelled", "somebody cancelled it", 1, 1, 2, LastResort::stop_run,
     "find out who cancels the jobs and why; the same command goes on"},
    {Cause::refused, "refused", "the program refused to label there", 1, 1, 1, LastResort::stop_run,
     ""},
}};

struct Sign {
  std::string_view text;
  Cause cause;
};

/// What slurmstepd writes into a job's output.
constexpr std::array<Sign, 7> signs = {{
    {"exceeded memory limit", Cause::out_of_memory},
    {"oom-kill", Cause::out_of_memory},
    {"oom_kill", Cause::out_of_memory},
    {"DUE TO TIME LIMIT", Cause::time_limit},
    {"DUE TO NODE FAILURE", Cause::node_failed},
    {"DUE TO PREEMPTION", Cause::preempted},
    {"DUE TO JOB REQUEUE", Cause::preempted},
}};

}  // namespace

std::span<const Retry> retries() {
  return table;
}

const Retry& retry(Cause cause) {
  return table[static_cast<std::size_t>(cause)];
}

Cause cause_of_name(std::string_view name) {
  const auto* const found = std::ranges::find(table, name, &Retry::name);
  if (found == table.end())
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("unknown cause '{}' of an attempt", name),
                          "use the version of this program that wrote the folder");
  return found->cause;
}

Cause cause_of(exec::TaskState state, std::string_view output) {
  using exec::TaskState;
  switch (state) {
    case TaskState::out_of_memory:
      return Cause::out_of_memory;
    case TaskState::time_limit:
      return Cause::time_limit;
    case TaskState::node_failed:
      return Cause::node_failed;
    case TaskState::preempted:
      return Cause::preempted;
    case TaskState::completed:
      return Cause::lost;
    case TaskState::failed:
    case TaskState::cancelled:
      break;
    case TaskState::waiting:
    case TaskState::running:
      MLIP_ASSERT(false);
  }
  for (const Sign& sign : signs)
    if (output.find(sign.text) != std::string_view::npos) return sign.cause;
  return state == TaskState::cancelled ? Cause::cancelled : Cause::failed;
}

}  // namespace mlip::dft
