/// Slurm through its command line (22.05 and later): sbatch, squeue, scancel.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "exec/cluster.hpp"

namespace mlip::exec {

struct SlurmOptions {
  std::string partition, account;     ///< empty: the site's default
  std::vector<std::string> modules;   ///< loaded before a task
  std::vector<std::string> sbatch;    ///< further options, "--constraint=cascadelake"
  int cores = 1;                      ///< of a task
  int memory_mb = 4000;               ///< of a task, to begin with
  int tasks_at_once = 100;            ///< of an array
  double task_seconds = 1800;         ///< predicted length of a task where there is much to do
  double shortest_task_seconds = 60;  ///< and where there is little
  double longest_task_seconds = 86400;
  double poll_seconds = 10;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field("partition", partition, "", "partition of the jobs; empty: the site's default");
    visit.field("account", account, "", "who pays; empty: your default account");
    visit.field("modules", modules, "", "modules that a job loads first");
    visit.field("sbatch", sbatch, "",
                "further options of sbatch, one each, such as --constraint=icelake");
    visit.field("cores", cores, "", "cores of a task, on one node");
    visit.field("memory_mb", memory_mb, "",
                "memory of a task in MB; doubled for one that ran out of it");
    visit.field("tasks_at_once", tasks_at_once, "", "tasks of an array that may run at once");
    visit.field("task_seconds", task_seconds, "s",
                "predicted length of a task where there is enough to do for all");
    visit.field("shortest_task_seconds", shortest_task_seconds, "s",
                "predicted length below which a task is not worth its start");
    visit.field("longest_task_seconds", longest_task_seconds, "s",
                "largest time limit of a task that is asked for");
    visit.field("poll_seconds", poll_seconds, "s", "between two questions to Slurm");
  }
};

/// Why an option cannot be given to sbatch, where it cannot: names of partition, account and
/// modules are words; `sbatch` options are long ones in one argument that this program does not set
/// itself.
struct SlurmProblem {
  std::string key, message;
};
[[nodiscard]] std::vector<SlurmProblem> problems_of(const SlurmOptions& options);

/// `text` as one word of a shell.
[[nodiscard]] std::string shell_word(std::string_view text);

/// The batch script: loads the modules, then becomes the program.
[[nodiscard]] std::string batch_script(const ArrayJob& job,
                                       const std::vector<std::string>& modules);

/// argv of sbatch, without the script.
[[nodiscard]] std::vector<std::string> sbatch_arguments(const ArrayJob& job,
                                                        const SlurmOptions& options);

/// argv of the one squeue that asks for all jobs of these names.
[[nodiscard]] std::vector<std::string> squeue_arguments(std::span<const std::string> jobs);

/// Reads what that squeue printed; lines that are none of its format are left out.
[[nodiscard]] std::vector<TaskReport> read_queue(std::string_view text);

/// The state Slurm calls so ("NODE_FAIL"); an unknown word of a later release is none.
[[nodiscard]] std::optional<TaskState> task_state(std::string_view word);

/// What an sbatch that failed with this text means: later it may succeed, or never.
[[nodiscard]] Submission meaning_of_refusal(std::string_view text);

class Slurm final : public Cluster {
 public:
  /// `folder` is for what the commands print.  Throws core::UserError (missing_tool) where sbatch,
  /// squeue or scancel is not found.
  Slurm(SlurmOptions options, std::filesystem::path folder);
  [[nodiscard]] Answer submit(const ArrayJob& job, std::stop_token stop) override;
  [[nodiscard]] core::Result<std::vector<TaskReport>> ask(std::span<const std::string> jobs,
                                                          std::stop_token stop) override;
  void cancel(std::span<const std::string> jobs) override;

 private:
  SlurmOptions options_;
  std::filesystem::path folder_;
};

}  // namespace mlip::exec
