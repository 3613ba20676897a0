#include "pipeline/executor.hpp"

#include <algorithm>
#include <utility>

#include "core/data_folder.hpp"
#include "dft/cluster/cluster_executor.hpp"
#include "dft/local_executor.hpp"
#include "exec/hyperqueue.hpp"
#include "exec/slurm.hpp"

namespace mlip::pipeline {

namespace {

std::shared_ptr<exec::Cluster> open_cluster(const SystemConfig& config,
                                            const std::filesystem::path& chunks) {
  if (config.hyperqueue)
    return std::make_shared<exec::HyperQueue>(*config.hyperqueue, chunks / "hyperqueue");
  return std::make_shared<exec::Slurm>(*config.slurm, chunks / "slurm");
}

}  // namespace

std::filesystem::path measured_folder() {
  return core::data_folder() / "convergence";
}

std::shared_ptr<const dft::Executor> open_executor(const SystemConfig& config,
                                                   const ExecutorFolders& folders,
                                                   std::function<void(const std::string&)> tell) {
  const auto* const tasks = config.cluster();
  if (tasks == nullptr)
    return std::make_shared<dft::LocalExecutor>(config.loop.workers, measured_folder(),
                                                std::move(tell));
  dft::ClusterOptions options;
  options.folder = folders.chunks;
  options.scratch = folders.scratch;
  options.program = std::filesystem::read_symlink("/proc/self/exe").string();
  options.node_scratch = tasks->node_scratch;
  options.sizes = {tasks->task_seconds, tasks->shortest_task_seconds, tasks->tasks_at_once};
  options.cores = tasks->cores;
  options.workers = std::max(1, tasks->cores / std::max(1, config.dft.mpi_ranks));
  options.memory_mb = tasks->memory_mb;
  options.longest_seconds = tasks->longest_task_seconds;
  options.poll_seconds = tasks->poll_seconds;
  return std::make_shared<dft::ClusterExecutor>(open_cluster(config, folders.chunks),
                                                std::move(options), std::move(tell));
}

}  // namespace mlip::pipeline
