#include <algorithm>

#include "ace/basis.hpp"
#include "dft/magnetism.hpp"
#include "pipeline/labelling.hpp"
#include "pipeline/steps.hpp"
#include "select/descriptors.hpp"

namespace mlip::pipeline {

namespace {

constexpr const char* review_prefix = "magnetism/";

std::string review_of(std::int64_t row) {
  return review_prefix + std::to_string(row);
}

/// Starts of a row's review that are not computed yet, as stored; nothing where there is no review.
std::optional<nlohmann::json> open_starts(const store::Database& database, std::int64_t row) {
  const auto document = database.document(review_of(row));
  if (!document) return std::nullopt;
  return nlohmann::json::parse(*document);
}

/// Standardised, one a column.
Eigen::MatrixXd descriptors_of(const Run& run, const std::vector<store::Record>& records) {
  const ace::Evaluator model(ace::make_basis(run.config.elements, run.config.basis));
  std::vector<select::SpeciesDescriptors> all;
  for (const auto& record : records)
    all.push_back(select::descriptors_of(record.candidate.structure, {}, model));
  const auto widths = select::widths_of(all);
  Eigen::MatrixXd points;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Eigen::VectorXd point = select::fingerprint(all[i], widths);
    if (i == 0) points.resize(point.size(), static_cast<Eigen::Index>(all.size()));
    points.col(static_cast<Eigen::Index>(i)) = point;
  }
  select::standardise(points);
  return points;
}

struct Labelled {
  std::vector<store::Record> records;
  std::vector<dft::MagneticState> states;
};

Labelled labelled_magnets(const Run& run, const std::vector<Role>& roles) {
  Labelled found;
  const std::string level = run.oracles.structures->level_of_theory();
  for (auto& record : records_of(run.database, store::State::labeled, roles)) {
    auto state = dft::magnetic_state(record.candidate.structure, record.outcome.labels);
    if (!state || record.outcome.level_of_theory != level) continue;
    found.states.push_back(std::move(*state));
    found.records.push_back(std::move(record));
  }
  const Eigen::MatrixXd points = descriptors_of(run, found.records);
  for (std::size_t i = 0; i < found.states.size(); ++i)
    found.states[i].descriptor = points.col(static_cast<Eigen::Index>(i));
  return found;
}

/// Writes down from where rows that are off are to be started again; false where there is none that
/// had no review before.
bool plan_reviews(Run& run, const ReviewScope& scope) {
  const Labelled labelled = labelled_magnets(run, scope.neighbors);
  bool any = false;
  run.database.transaction([&] {
    for (const auto& off : dft::off_branch(labelled.states)) {
      const auto& record = labelled.records[off.index];
      if (std::ranges::count(scope.reviewed, role(record)) == 0) continue;
      if (open_starts(run.database, record.id)) continue;
      auto starts = nlohmann::json::array();
      for (const auto& start :
           dft::other_starts(record.candidate.structure, labelled.states[off.neighbor]))
        starts.push_back(dft::text_of(start));
      run.database.put_document(review_of(record.id), starts.dump());
      any = true;
    }
  });
  return any;
}

struct OpenReviews {
  std::vector<dft::Job> jobs;
  std::vector<std::int64_t> rows;  ///< by job
};

/// The next start of each row: one after the other, so that which of two equal ones is kept does
/// not depend on the workers.
OpenReviews open_reviews(const Run& run) {
  OpenReviews open;
  for (const std::string& name : run.database.document_names(review_prefix)) {
    const std::int64_t row = std::stoll(name.substr(std::string_view(review_prefix).size()));
    const auto starts = *open_starts(run.database, row);
    if (starts.empty()) continue;
    const auto start = dft::magnetic_start_of(starts.front().get<std::string>());
    open.jobs.push_back(
        {run.database.get(row).candidate.structure, job_name(row, start.name), start});
    open.rows.push_back(row);
  }
  return open;
}

/// The row with the lower of its label and this one, and the start off the list: both or neither.
void keep_lower(Run& run, std::int64_t row, const core::Outcome& outcome) {
  auto record = run.database.get(row);
  const double before = *record.outcome.labels.energy;
  record.outcome = dft::lower(record.outcome, outcome, record.candidate.structure.size());
  auto left = *open_starts(run.database, row);
  const auto start = dft::magnetic_start_of(left.front().get<std::string>());
  left.erase(0);
  run.database.transaction([&] {
    run.database.update(record);
    run.database.put_document(review_of(row), left.dump());
  });
  const double gain = before - *record.outcome.labels.energy;
  run.tell(gain > 0 ? fmt::format("row {} was on another magnetic branch, {:.3f} eV too high: {}",
                                  row, gain, start.name)
                    : fmt::format("row {} keeps its magnetic state: {} leads no lower", row,
                                  start.name));
}

/// False where the budget was spent before.
bool compute_open_reviews(Run& run) {
  for (auto open = open_reviews(run); !open.jobs.empty(); open = open_reviews(run)) {
    run.enter("magnetism", open.jobs.size());
    const bool all = compute_again(run, *run.oracles.structures, open.jobs,
                                   [&](std::size_t k, const core::Outcome& outcome) {
                                     keep_lower(run, open.rows[k], outcome);
                                   });
    if (!all) return false;
  }
  return true;
}

}  // namespace

void review_magnetism(Run& run, const std::string& step, const ReviewScope& scope) {
  if (!run.config.spin_polarized() || run.out_of_time()) return;
  if (run.database.find(step, run.physics_hash)) return;
  do {
    if (!compute_open_reviews(run)) return;
  } while (plan_reviews(run, scope));
  run.database.journal({step, run.physics_hash, "{}"});
}

}  // namespace mlip::pipeline
