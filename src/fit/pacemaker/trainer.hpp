/// Pacemaker as the second trainer: ACE with a nonlinear embedding and trained radial functions, by
/// BFGS in TensorFlow (Bochkarev 2022, doi:10.1103/PhysRevMaterials.6.013804).
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

#include "fit/linear.hpp"
#include "fit/pacemaker/metrics_file.hpp"
#include "fit/pacemaker/options.hpp"

namespace mlip::fit::pacemaker {

/// Where a fit works and who is told.
struct Job {
  std::filesystem::path folder;  ///< emptied first: a fit that was killed begins anew
  std::stop_token stop = {};
  std::function<void(const IterationMetrics&)> progress = {};  ///< from another thread
  int threads = 0;                                             ///< 0: all
};

/// Fits the functions of `basis` to energies and forces (Pacemaker knows no stress), weighted as
/// fit_linear() does: its loss is ours but for the stress, the prior and a factor.
/// `isolated_energies` and masks as there; Fit::information stays empty.  The active set is
/// pace_activeset's; where atoms are masked, or fewer than an element has functions, it is ours,
/// which leaves masked atoms out.  Throws core::UserError: missing_tool where Pacemaker is not
/// installed, interrupted, else failed with the end of its log, which stays in `job.folder`.
[[nodiscard]] Fit fit_with_pacemaker(const ace::Potential& basis, std::span<const Item> items,
                                     const std::vector<double>& isolated_energies,
                                     const fit::Options& weights, const Options& options,
                                     const Job& job);

}  // namespace mlip::fit::pacemaker
