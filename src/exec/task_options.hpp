/// What a user says of the tasks on a cluster, whichever queue they wait in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exec/cluster.hpp"

namespace mlip::exec {

struct TaskOptions {
  std::vector<std::string> modules;   ///< loaded before a task
  int cores = 1;                      ///< of a task
  int memory_mb = 4000;               ///< of a task, to begin with
  int tasks_at_once = 100;            ///< of all jobs
  double task_seconds = 1800;         ///< predicted length of a task where there is much to do
  double shortest_task_seconds = 60;  ///< and where there is little
  double longest_task_seconds = 86400;
  double poll_seconds = 10;
  std::string node_scratch;  ///< as dft::node_folder() takes it

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field("modules", modules, "", "modules that a job loads first");
    visit.field("cores", cores, "", "cores of a task, on one node");
    visit.field("memory_mb", memory_mb, "",
                "memory of a task in MB; doubled for one that ran out of it");
    visit.field("tasks_at_once", tasks_at_once, "", "tasks that may run at once");
    visit.field("task_seconds", task_seconds, "s",
                "predicted length of a task where there is enough to do for all");
    visit.field("shortest_task_seconds", shortest_task_seconds, "s",
                "predicted length below which a task is not worth its start");
    visit.field("longest_task_seconds", longest_task_seconds, "s",
                "largest time limit of a task that is asked for");
    visit.field("poll_seconds", poll_seconds, "s", "between two questions to the queue");
    visit.field("node_scratch", node_scratch, "",
                "folder on the nodes' own disks in which pw.x works, as /local/$USER; empty: "
                "$SLURM_TMPDIR or $TMPDIR of the task, where there is one; shared: the run's own");
  }
};

/// Why an option cannot be passed on, where it cannot.
struct OptionProblem {
  std::string key, message;
};

/// Names of modules are words, numbers are positive.
[[nodiscard]] std::vector<OptionProblem> problems_of(const TaskOptions& options);

/// Letters, digits and -_.,/+@: only, and no option.
[[nodiscard]] bool is_word(std::string_view text);
/// The problem of one that is none.
[[nodiscard]] OptionProblem no_word(const std::string& key, const std::string& text);

/// The problem of options of a submitting command, one argument each: long ones only, of one line,
/// and none of `own`, nor the beginning of one.
[[nodiscard]] std::vector<OptionProblem> passed_on_problems(
    const std::string& key, const std::vector<std::string>& options,
    const std::vector<std::string_view>& own);

/// `text` as one word of a shell.
[[nodiscard]] std::string shell_word(std::string_view text);

/// What a task runs: loads the modules, then becomes the program; its number is the value of the
/// environment's `number`.
[[nodiscard]] std::string batch_script(const ArrayJob& job, const std::vector<std::string>& modules,
                                       const std::string& number);

}  // namespace mlip::exec
