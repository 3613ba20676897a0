/// The surrogate as teacher of a run's fits: its labels are never labels of the database.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "fit/teacher.hpp"
#include "pipeline/run_folder.hpp"
#include "pipeline/system_config.hpp"
#include "surrogate/open.hpp"

namespace mlip::pipeline {

/// `structures` labelled by `model` on `threads` threads; those it gives no finite answer for are
/// left out.  `progress` is told how many are done, from any thread.  Throws core::UserError where
/// the fault is the user's or the machine's.
[[nodiscard]] std::vector<fit::Item> taught_by(
    const potential::Calculator& model, std::span<const core::Structure> structures, int threads,
    const std::function<void(std::size_t done)>& progress = {});

/// One a process.  The lessons lie in the run's folder, labelled once: a run started again reads
/// them.
class Teaching {
 public:
  /// `model` null: nobody teaches.  `config` outlives the object.
  Teaching(const SystemConfig& config, const RunFolder& folder,
           std::shared_ptr<const surrogate::Surrogate> model)
      : config_(config), folder_(folder), model_(std::move(model)) {}

  /// Lessons around the run's seeds, labelled when first asked for; null where nobody teaches, and
  /// where the trainer has no place for a prior.  Thread-safe.
  [[nodiscard]] std::shared_ptr<const fit::Teacher> teacher();
  /// What `fitted`, made with teacher(), took from it, in a sentence; empty where nobody teaches.
  [[nodiscard]] std::string verdict(const fit::Fit& fitted);
  /// The same for the report, and how far the teacher is itself from the labels of some of `items`;
  /// null where nobody teaches.
  [[nodiscard]] nlohmann::ordered_json account(const fit::Fit& fitted,
                                               std::span<const fit::Item> items);

 private:
  [[nodiscard]] std::vector<fit::Item> lessons() const;

  const SystemConfig& config_;
  RunFolder folder_;
  std::shared_ptr<const surrogate::Surrogate> model_;
  std::mutex mutex_;
  std::shared_ptr<const fit::Teacher> teacher_;
};

}  // namespace mlip::pipeline
