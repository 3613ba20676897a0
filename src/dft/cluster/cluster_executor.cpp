#include "dft/cluster/cluster_executor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/file.hpp"
#include "core/file_lock.hpp"
#include "dft/cluster/cluster_session.hpp"

namespace mlip::dft {

double first_time_limit(double predicted, double longest) {
  constexpr double margin = 4, start = 300, step = 600;
  return std::min(longest, step * std::ceil((margin * predicted + start) / step));
}

ClusterExecutor::ClusterExecutor(std::shared_ptr<exec::Cluster> cluster, ClusterOptions options,
                                 Tell tell)
    : cluster_(std::move(cluster)), options_(std::move(options)), tell_(std::move(tell)) {
  options_.folder = std::filesystem::absolute(options_.folder);
  options_.scratch = std::filesystem::absolute(options_.scratch);
}

void ClusterExecutor::label(const Oracle& oracle, std::span<const Job> jobs, std::stop_token stop,
                            const Done& done) const {
  if (jobs.empty() || stop.stop_requested()) return;
  if (oracle.recipe().empty())
    throw core::UserError(core::ExitCode::bad_input, "this oracle cannot label on a cluster",
                          "leave out resources.slurm");
  core::make_folder(options_.folder);
  const auto lock = core::FileLock::take(options_.folder / "lock");
  if (!lock)
    throw core::UserError(core::ExitCode::failed,
                          fmt::format("another process labels in '{}'", options_.folder.string()),
                          "wait for its end, or choose another place with --out");
  const Done learnt = [&](std::size_t index, const core::Outcome& outcome) {
    core::Experience gained;
    gained.add(outcome.attempts);
    oracle.learn(gained);
    done(index, outcome);
  };
  ClusterSession(*cluster_, options_, tell_, oracle, jobs, learnt).run(std::move(stop));
}

}  // namespace mlip::dft
