#include <algorithm>
#include <map>

#include "pipeline/labelling.hpp"
#include "pipeline/steps.hpp"

namespace mlip::pipeline {

namespace {

/// An oracle whose jobs begin elsewhere, each by its name.
class Restarting final : public dft::Oracle {
 public:
  explicit Restarting(const dft::Oracle& oracle) : oracle_(oracle) {}
  void begin(const std::string& name, const dft::MagneticStart& start) { starts_[name] = start; }

  [[nodiscard]] core::Outcome label(const core::Structure& structure, const std::string& name,
                                    std::stop_token stop) const override {
    return oracle_.label_from(structure, starts_.at(name), name, std::move(stop));
  }
  [[nodiscard]] std::string level_of_theory() const override { return oracle_.level_of_theory(); }
  [[nodiscard]] double cost(const core::Structure& structure) const override {
    return oracle_.cost(structure);
  }

 private:
  const dft::Oracle& oracle_;
  std::map<std::string, dft::MagneticStart> starts_;
};

/// A row that is off, what became of it so far, and how many starts are to come.
struct Review {
  store::Record record;
  core::Outcome best;
  std::size_t open = 0;
};

struct ReviewPlan {
  std::vector<Review> reviews;
  std::vector<dft::Job> jobs;
  std::vector<std::size_t> review_of;  ///< by job
};

ReviewPlan plan_review(const Run& run, Restarting& oracle) {
  std::vector<store::Record> records;
  std::vector<dft::MagneticState> states;
  for (auto& record : records_of(run.database, store::State::labeled,
                                 {Role::training, Role::holdout, Role::equation_of_state}))
    if (auto state = dft::magnetic_state(record.candidate.structure, record.outcome.labels)) {
      states.push_back(std::move(*state));
      records.push_back(std::move(record));
    }
  ReviewPlan plan;
  for (const auto& off : dft::off_branch(states)) {
    const auto& record = records[off.index];
    if (dft::tried_from_elsewhere(record.outcome)) continue;
    Review review{record, record.outcome, 0};
    for (const auto& start : dft::other_starts(record.candidate.structure, states[off.neighbor])) {
      plan.jobs.push_back(
          {record.candidate.structure, fmt::format("row_{}_start_{}", record.id, ++review.open)});
      plan.review_of.push_back(plan.reviews.size());
      oracle.begin(plan.jobs.back().name, start);
    }
    plan.reviews.push_back(std::move(review));
  }
  return plan;
}

void settle(Run& run, Review& review) {
  const double gain = *review.record.outcome.labels.energy - *review.best.labels.energy;
  review.record.outcome = review.best;
  run.database.update(review.record);
  run.tell(gain > 0 ? fmt::format("row {} was on another magnetic branch, {:.3f} eV too high",
                                  review.record.id, gain)
                    : fmt::format("row {} keeps its magnetic state: no start leads lower",
                                  review.record.id));
}

}  // namespace

void review_magnetism(Run& run) {
  if (!run.config.dft.spin_polarized) return;
  Restarting oracle(*run.oracles.structures);
  ReviewPlan plan = plan_review(run, oracle);
  if (plan.jobs.empty()) return;
  run.enter("magnetism", plan.jobs.size());
  dft::compute_batch(
      oracle, plan.jobs, run.config.loop.workers, run.stop,
      [&](std::size_t k, const core::Outcome& outcome) {
        double seconds = 0;
        for (const auto& attempt : outcome.attempts) seconds += attempt.seconds;
        run.worked("dft", seconds, 1);
        if (!outcome.attempts.empty() && outcome.attempts.back().fault == "interrupted") return;
        Review& review = plan.reviews[plan.review_of[k]];
        review.best = dft::lower(review.best, outcome, review.record.candidate.structure.size());
        ++run.progress.done;
        if (--review.open == 0) settle(run, review);
      });
  run.check_stop();
}

}  // namespace mlip::pipeline
