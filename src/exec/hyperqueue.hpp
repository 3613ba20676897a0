/// HyperQueue through its command line: hq submit, job list, task list, job cancel.
/// https://it4innovations.github.io/hyperqueue; JSON output as of 0.24.
#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "exec/queue_command.hpp"
#include "exec/task_options.hpp"

namespace mlip::exec {

struct HyperQueueOptions : TaskOptions {
  std::vector<std::string> submit;  ///< further options, "--priority=5"

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field("submit", submit, "",
                "further options of hq submit, one each, such as --priority=5");
    TaskOptions::describe(visit);
  }
};

/// Modules are words; `submit` options are long ones in one argument that this program does not set
/// itself.
[[nodiscard]] std::vector<OptionProblem> problems_of(const HyperQueueOptions& options);

/// argv of hq submit; the tasks run `script`.
[[nodiscard]] std::vector<std::string> hq_submit_arguments(const ArrayJob& job,
                                                           const HyperQueueOptions& options,
                                                           const std::filesystem::path& script);

/// Ids of the jobs of these names by id, from what hq job list printed; the reason where that is
/// none of its JSON.
[[nodiscard]] core::Result<std::map<std::string, std::string>> read_hq_jobs(
    std::string_view text, std::span<const std::string> names);

/// From what hq task list printed of these jobs.
[[nodiscard]] core::Result<std::vector<TaskReport>> read_hq_tasks(
    std::string_view text, const std::map<std::string, std::string>& names);

/// What hq says where it fails, and whether later it may succeed.
[[nodiscard]] Answer hq_refusal(const Printed& printed);

class HyperQueue final : public Cluster {
 public:
  /// `folder` is for what the commands print.  Throws core::UserError (missing_tool) where hq is
  /// not found.
  HyperQueue(HyperQueueOptions options, std::filesystem::path folder);
  [[nodiscard]] Answer submit(const ArrayJob& job, std::stop_token stop) override;
  [[nodiscard]] core::Result<std::vector<TaskReport>> ask(std::span<const std::string> jobs,
                                                          std::stop_token stop) override;
  void cancel(std::span<const std::string> jobs) override;

 private:
  [[nodiscard]] Printed hq(std::vector<std::string> words, const std::stop_token& stop) const;
  [[nodiscard]] core::Result<std::map<std::string, std::string>> ids_of(
      std::span<const std::string> jobs, const std::stop_token& stop) const;

  HyperQueueOptions options_;
  std::filesystem::path folder_;
};

}  // namespace mlip::exec
