#include "pipeline/executor.hpp"

#include <algorithm>
#include <utility>

#include "dft/cluster/cluster_executor.hpp"
#include "exec/slurm.hpp"

namespace mlip::pipeline {

std::shared_ptr<const dft::Executor> open_executor(const SystemConfig& config,
                                                   const ExecutorFolders& folders,
                                                   std::function<void(const std::string&)> tell) {
  if (!config.slurm) return std::make_shared<dft::LocalExecutor>(config.loop.workers);
  const exec::SlurmOptions& slurm = *config.slurm;
  dft::ClusterOptions options;
  options.folder = folders.chunks;
  options.scratch = folders.scratch;
  options.program = std::filesystem::read_symlink("/proc/self/exe").string();
  options.sizes = {slurm.task_seconds, slurm.shortest_task_seconds, slurm.tasks_at_once};
  options.cores = slurm.cores;
  options.workers = std::max(1, slurm.cores / config.dft.mpi_ranks);
  options.memory_mb = slurm.memory_mb;
  options.longest_seconds = slurm.longest_task_seconds;
  options.poll_seconds = slurm.poll_seconds;
  return std::make_shared<dft::ClusterExecutor>(
      std::make_shared<exec::Slurm>(slurm, folders.chunks / "slurm"), std::move(options),
      std::move(tell));
}

}  // namespace mlip::pipeline
