/// What is done when a task of a cluster ends without having labelled its chunk: one table.
#pragma once

#include <span>
#include <string_view>

#include "exec/cluster.hpp"

namespace mlip::dft {

/// Why there is another attempt.
enum class Cause {
  first,
  stopped,
  preempted,
  node_failed,
  time_limit,
  out_of_memory,
  failed,
  lost,
  cancelled,
  refused
};

/// What follows when the budget of a cause is spent.
enum class LastResort { give_up, stop_run };

struct Retry {
  Cause cause;
  std::string_view name;     ///< as recorded in files and in core::Attempt
  std::string_view meaning;  ///< of what happened to the task
  double time_factor;        ///< of the time limit before
  double memory_factor;      ///< of the memory before
  int budget;                ///< attempts in a row that label nothing new
  LastResort last_resort;
  std::string_view advice;  ///< to the user, where the run stops
};

/// All causes, in the order of the enumeration.
[[nodiscard]] std::span<const Retry> retries();
[[nodiscard]] const Retry& retry(Cause cause);
/// Throws core::UserError for a name that is in no row.
[[nodiscard]] Cause cause_of_name(std::string_view name);

/// Why a task ended that did not finish.  `output` is the end of what it printed: what the
/// cluster's daemons say there explains where the state is only "failed".  Precondition: neither
/// waiting nor running.
[[nodiscard]] Cause cause_of(exec::TaskState state, std::string_view output);

}  // namespace mlip::dft
