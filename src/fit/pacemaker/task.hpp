/// What Pacemaker is given: its input file, data set and start potential.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "fit/linear.hpp"
#include "fit/pacemaker/options.hpp"
#include "io/extended_xyz.hpp"

namespace mlip::fit::pacemaker {

/// `basis` with the embedding of the options, coefficients 0, no core, E0 = 0.
[[nodiscard]] ace::Potential start_potential(const ace::Potential& basis, const Options& options);

struct Task {
  std::vector<io::Frame> frames;  ///< energy_corrected: energy without the isolated atoms
  double kappa = 0;               ///< share of the forces in Pacemaker's loss
};

/// Weights such that Pacemaker's loss, whose sums of weights are 1 for energies and for forces, is
/// proportional to Σ (w_E ΔE/N)² + Σ (w_F ΔF)² of fit_linear().  Structures with nothing to fit are
/// left out; a structure that repeats along some axes only repeats along all, with vacuum of more
/// than `cutoff` (Å) between.  Throws core::UserError where there is no energy or no force to fit.
[[nodiscard]] Task make_task(std::span<const Item> items, const ace::Potential& basis,
                             const std::vector<double>& isolated_energies,
                             const fit::Options& weights);

/// `input.yaml` for the files start.yaml and train.pckl.gzip.
[[nodiscard]] std::string input_text(const Options& options, double kappa);

}  // namespace mlip::fit::pacemaker
