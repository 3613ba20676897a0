/// Labels on a cluster: chunks of structures in folders that all nodes see, one task each.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dft/cluster/chunking.hpp"
#include "dft/oracle.hpp"
#include "exec/cluster.hpp"

namespace mlip::dft {

struct ClusterOptions {
  std::filesystem::path folder;   ///< of the batches
  std::filesystem::path scratch;  ///< of the oracles, seen by all nodes
  std::string node_scratch;       ///< of their programs, on the nodes: as node_folder() takes it
  std::string program;            ///< mlip-auto, seen by all nodes
  ChunkSizes sizes;
  int cores = 1;         ///< of a task
  int workers = 1;       ///< structures at once in a task
  int memory_mb = 4000;  ///< of a task, to begin with
  /// At most.  Slurm numbers the tasks of an array up to 1000, where a site has not changed that.
  std::size_t tasks_of_a_job = 1000;
  double longest_seconds = 86400;
  double poll_seconds = 10;
  /// After a task ended well its files may still be on their way through the file system.
  double grace_seconds = 60;
};

/// What a user may want to know meanwhile: "3 tasks run, 5 wait (Priority)".
using Tell = std::function<void(const std::string&)>;

class ClusterExecutor final : public Executor {
 public:
  ClusterExecutor(std::shared_ptr<exec::Cluster> cluster, ClusterOptions options, Tell tell = {});

  /// As compute_batch, but for: chunks of an earlier call that was killed are found again, with
  /// their outcomes and their tasks, and none is labelled twice; a stop request cancels the tasks
  /// and keeps what they have labelled.  Structures whose tasks fail again and again have an
  /// outcome with a fault named as in retries().  While the cluster cannot be reached it waits.
  /// Throws core::UserError where the oracle has no recipe, another process labels in the folder,
  /// the cluster refuses jobs, or tasks fail for what no structure is to blame for.
  void label(const Oracle& oracle, std::span<const Job> jobs, std::stop_token stop,
             const Done& done) const override;
  [[nodiscard]] int cores() const override { return options_.sizes.tasks_at_once * options_.cores; }

 private:
  std::shared_ptr<exec::Cluster> cluster_;
  ClusterOptions options_;
  Tell tell_;
};

/// The time limit of a task that is predicted to last so long, seconds: predictions are good to a
/// factor of two, and a failed attempt costs as much as the label.  In whole tens of minutes, so
/// that chunks alike are one job.
[[nodiscard]] double first_time_limit(double predicted, double longest);

}  // namespace mlip::dft
