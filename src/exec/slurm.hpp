/// Slurm through its command line (22.05 and later): sbatch, squeue, scancel.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "exec/task_options.hpp"

namespace mlip::exec {

struct SlurmOptions : TaskOptions {
  std::string partition, account;   ///< empty: the site's default
  std::vector<std::string> sbatch;  ///< further options, "--constraint=cascadelake"

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field("partition", partition, "", "partition of the jobs; empty: the site's default");
    visit.field("account", account, "", "who pays; empty: your default account");
    visit.field("sbatch", sbatch, "",
                "further options of sbatch, one each, such as --constraint=icelake");
    TaskOptions::describe(visit);
  }
};

/// Names of partition, account and modules are words; `sbatch` options are long ones in one
/// argument that this program does not set itself.
[[nodiscard]] std::vector<OptionProblem> problems_of(const SlurmOptions& options);

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
