/// A potential under its guards, mended where one of them fails.
#pragma once

#include <span>
#include <string_view>

#include "pipeline/steps.hpp"

namespace mlip::pipeline {

/// One thing to try: a fit with a prior that is stronger by a factor, a core that begins at the
/// shortest distance of the data, or both.
struct Repair {
  std::string_view name;
  double prior_factor;
  bool raise_core;
};

/// In the order in which they are tried: what changes least first.
[[nodiscard]] std::span<const Repair> repairs();

/// The version and its guards; where one fails, the first repair that passes them all and leaves
/// the held-out errors about what they are; else, of those that pass, the one with the smallest.
/// Its files are in a folder beside the version's, which stays as it is.  Where none passes, as it
/// was. Pacemaker's potentials, which know no prior of ours, are not fitted again.
[[nodiscard]] Proven guarded(const Run& run, const store::Version& version);

}  // namespace mlip::pipeline
