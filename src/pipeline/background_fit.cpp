#include "pipeline/background_fit.hpp"

#include <chrono>

#include "pipeline/steps.hpp"
#include "pipeline/teaching.hpp"

namespace mlip::pipeline {

namespace {
constexpr std::chrono::seconds between_events{10};
}  // namespace

BackgroundFit::BackgroundFit(const Run& run, int generation, std::vector<fit::Item> items,
                             std::vector<double> isolated)
    : labels_(items.size()),
      with_the_run_(run.stop, Request{stop_}),
      begin_(now_seconds()),
      end_(begin_) {
  fit::pacemaker::Job job;
  job.folder = run.folder.generation(generation) / "pacemaker";
  job.stop = stop_.get_token();
  job.threads = run.config.loop.workers;
  job.progress = [this](const fit::pacemaker::IterationMetrics& metrics) {
    const std::scoped_lock lock(mutex_);
    latest_ = metrics;
  };
  fit::Options options = weighted_for(noise_before(run.database, generation), run.config.fit);
  options.row_cache = run.row_cache;
  fit_ = std::async(std::launch::async,
                    [this, &config = run.config, job, items = std::move(items),
                     isolated = std::move(isolated), options, teaching = run.teaching]() mutable {
                      if (teaching) options.teacher = teaching->teacher();
                      auto fitted = fit::train(ace::make_basis(config.elements, config.basis),
                                               items, isolated, options, config.training, job);
                      end_ = now_seconds();
                      return fitted;
                    });
}

void BackgroundFit::tell(Run& run) {
  const std::scoped_lock lock(mutex_);
  if (!latest_ || latest_->iteration == told_) return;
  told_ = latest_->iteration;
  run.progress.total = static_cast<std::size_t>(run.config.training.pacemaker.iterations);
  run.progress.done = static_cast<std::size_t>(told_);
  run.tell(fmt::format("Pacemaker iteration {}: training {:.2f} meV/atom, {:.1f} meV/Å", told_,
                       1000 * latest_->energy_rmse, 1000 * latest_->force_rmse));
}

fit::Fit BackgroundFit::get(Run& run) {
  while (fit_.wait_for(between_events) != std::future_status::ready) tell(run);
  auto fitted = fit_.get();
  tell(run);
  if (run.teaching)
    if (const std::string verdict = run.teaching->verdict(fitted); !verdict.empty())
      run.tell(verdict);
  run.timeline.intervals.push_back({begin_, end_, double(run.config.loop.workers), "fit"});
  return fitted;
}

}  // namespace mlip::pipeline
