/// Labels queued rows, here or on a cluster, and writes each outcome as it comes.
#pragma once

#include <vector>

#include "pipeline/roles.hpp"
#include "pipeline/run.hpp"

namespace mlip::pipeline {

/// Blocks until all are labelled or failed; rows interrupted by the user or by the budget stay
/// queued.  Throws core::UserError when the user asked to stop, or when more than the allowed ratio
/// of labels failed.
void label_records(Run& run, const dft::Oracle& oracle, std::vector<store::Record> records);

/// Rows in `state` with one of the roles, dearest priority first.
[[nodiscard]] std::vector<store::Record> records_of(const store::Database& database,
                                                    store::State state,
                                                    const std::vector<Role>& roles);

}  // namespace mlip::pipeline
