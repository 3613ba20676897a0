/// Small crystals on which cutoffs and k-points are measured.
#pragma once

#include <vector>

#include "generate/generate.hpp"

namespace mlip::pipeline {

/// Compressed, expanded and sheared cells of the ground state, all rattled; of an alloy also each
/// element's own crystal, compressed and expanded.  Deterministic by `options.seed`.
[[nodiscard]] std::vector<core::Structure> convergence_cells(const generate::Options& options);

}  // namespace mlip::pipeline
