/// A fit on a thread of its own, while the pipeline's thread labels.
#pragma once

#include <future>
#include <mutex>
#include <optional>
#include <stop_token>

#include "fit/training.hpp"
#include "pipeline/run.hpp"

namespace mlip::pipeline {

/// Ends with the object: a fit still under way is stopped.
class BackgroundFit {
 public:
  /// `items` are labelled at the run's level of theory; `isolated` are energies (eV) of its
  /// elements.
  BackgroundFit(const Run& run, int generation, std::vector<fit::Item> items,
                std::vector<double> isolated);
  BackgroundFit(const BackgroundFit&) = delete;
  BackgroundFit& operator=(const BackgroundFit&) = delete;
  ~BackgroundFit() { stop_.request_stop(); }

  /// Waits for it, telling the run how far it is; notes its time.  Rethrows what the fit threw.
  [[nodiscard]] fit::Fit get(Run& run);
  [[nodiscard]] std::size_t labels() const { return labels_; }

 private:
  void tell(Run& run);

  struct Request {
    std::stop_source& source;
    void operator()() const { source.request_stop(); }
  };
  std::size_t labels_;
  std::stop_source stop_;
  std::stop_callback<Request> with_the_run_;
  std::mutex mutex_;
  std::optional<fit::pacemaker::IterationMetrics> latest_;
  int told_ = -1;
  double begin_, end_;
  std::future<fit::Fit> fit_;
};

}  // namespace mlip::pipeline
