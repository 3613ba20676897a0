/// Labels queued rows, here or on a cluster, and writes each outcome as it comes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dft/cost_model.hpp"
#include "pipeline/roles.hpp"
#include "pipeline/run.hpp"

namespace mlip::pipeline {

/// Blocks until all are labelled or failed; rows interrupted by the user or by the budget stay
/// queued.  Throws core::UserError when the user asked to stop, or when more than the allowed ratio
/// of labels failed.
void label_records(Run& run, const dft::Oracle& oracle, std::vector<store::Record> records);

/// Computes what is no label of a row by itself, each outcome handed over as it comes.  False where
/// the budget was spent before all were done; what was stopped is not handed over.  Throws
/// core::UserError when the user asked to stop.
[[nodiscard]] bool compute_again(Run& run, const dft::Oracle& oracle, std::vector<dft::Job> jobs,
                                 const dft::Done& done);

/// What the run's labels so far taught about the oracle's costs.
[[nodiscard]] dft::CostModel costs_known(const Run& run, const dft::Oracle& oracle);

/// Name of the job, and of its scratch folder, of a row's label or of another start of it.
[[nodiscard]] std::string job_name(std::int64_t row, std::string start = "");

/// Rows in `state` with one of the roles, dearest priority first.
[[nodiscard]] std::vector<store::Record> records_of(const store::Database& database,
                                                    store::State state,
                                                    const std::vector<Role>& roles);

}  // namespace mlip::pipeline
