/// A cluster's batch queue, as far as it is needed here: arrays of tasks that are known by name.
#pragma once

#include <filesystem>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace mlip::exec {

/// The same program for several tasks, told apart by their numbers.
struct ArrayJob {
  std::string name;               ///< letters, digits and '-'; of this job alone, for ever
  std::string comment;            ///< for who looks at the queue; one line
  std::filesystem::path folder;   ///< working folder, seen by all nodes; outputs are kept in it
  std::vector<std::string> argv;  ///< absolute program and arguments; the number is added
  std::vector<int> tasks;         ///< their numbers
  double seconds = 0;             ///< time limit of a task
  int memory_mb = 0;              ///< of a task
};

enum class TaskState {
  waiting,
  running,
  completed,
  failed,
  out_of_memory,
  time_limit,
  node_failed,
  preempted,
  cancelled
};

struct TaskReport {
  std::string job;  ///< name
  int task = 0;
  std::string id;  ///< the cluster's own, for messages
  TaskState state = TaskState::waiting;
  std::string reason;     ///< the cluster's word for why it waits or ended
  bool hopeless = false;  ///< it waits for what will not come
};

enum class Submission { accepted, unreachable, refused };

struct Answer {
  Submission submission = Submission::accepted;
  std::string text;  ///< what the cluster said where it did not accept
};

/// Asked by one thread.  A cluster that cannot be reached is no error: it is asked again.  A stop
/// request ends a question that hangs.
class Cluster {
 public:
  virtual ~Cluster() = default;
  /// Submits a job; the caller has made sure that there is none of this name.
  [[nodiscard]] virtual Answer submit(const ArrayJob& job, std::stop_token stop) = 0;
  /// What is known of the tasks of all jobs with these names, those that ended a while ago left
  /// out; the reason where the cluster does not answer.
  [[nodiscard]] virtual core::Result<std::vector<TaskReport>> ask(std::span<const std::string> jobs,
                                                                  std::stop_token stop) = 0;
  /// Ends what is left of these jobs, if the cluster can be reached.
  virtual void cancel(std::span<const std::string> jobs) = 0;
};

}  // namespace mlip::exec
