/// Nonlinear ACE fit: several densities in Finnis-Sinclair embeddings, radial coefficients
/// trainable (Bochkarev 2022, doi:10.1103/PhysRevMaterials.6.013804).
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ace/potential.hpp"
#include "fit/linear.hpp"
#include "fit/weighting.hpp"

namespace mlip::fit {

struct NonlinearOptions {
  std::string loss = "weighted";
  double kappa = 0.3, l1 = 1e-8, l2 = 1e-8;  ///< of Pacemaker's loss
  double w0_rad = 0, w1_rad = 0, w2_rad = 0, w_orth = 0;
  WeightingOptions weighting = {};
  std::vector<double> embedding = {1, 1, 1, 0.5};  ///< w, m of each density
  bool train_radial = true;
  std::string optimiser = "automatic";
  int iterations = 50;      ///< at most, a rung
  double wall_seconds = 0;  ///< budget; 0: none
  double tolerance =
      1e-3;          ///< relative decrease of the loss below which an iteration counts as idle
  int patience = 6;  ///< idle iterations, or ones without a better held-out error, to stop after
  double ladder_step = 0;  ///< share of the functions added at a time; 0: all at once

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.choice(
        "loss", loss, {"weighted", "pacemaker"},
        "weighted: the weights of the linear fit and a prior the evidence sets; pacemaker: "
        "Pacemaker's loss, mean squares mixed by kappa");
    visit.field("kappa", kappa, "", "pacemaker: share of the forces in the loss");
    visit.field("l1", l1, "", "pacemaker: penalty of the absolute function coefficients");
    visit.field("l2", l2, "", "pacemaker: penalty of the squared function coefficients");
    visit.field("w0_rad", w0_rad, "", "pacemaker: penalty of the radial functions");
    visit.field("w1_rad", w1_rad, "", "pacemaker: penalty of their slopes");
    visit.field("w2_rad", w2_rad, "", "pacemaker: penalty of their curvatures");
    visit.field("w_orth", w_orth, "",
                "pacemaker: penalty of radial coefficients that are not orthonormal");
    visit.field("weighting", weighting, "", "what each label counts");
    visit.field("embedding", embedding, "",
                "prefactor and exponent of each density's embedding, one pair a density");
    visit.field("train_radial", train_radial, "", "whether the radial functions are fitted too");
    visit.choice("optimiser", optimiser, {"automatic", "levenberg_marquardt", "lbfgs"},
                 "automatic: Levenberg-Marquardt up to 5000 parameters, L-BFGS beyond");
    visit.field("iterations", iterations, "", "largest number of iterations, for each rung");
    visit.field("wall_seconds", wall_seconds, "s", "time after which the fit stops; 0: none");
    visit.field("tolerance", tolerance, "",
                "an iteration that lowers the loss by a smaller share is idle");
    visit.field("patience", patience, "",
                "the fit stops after so many iterations that are idle or do not lower the held-out "
                "error");
    visit.field("ladder_step", ladder_step, "",
                "share of the functions added at a time, lowest orders first; 0: all at once");
  }
};

/// Where a fit stands after an iteration.
struct NonlinearProgress {
  int iteration = 0;          ///< counted over all rungs; 0: the start
  std::size_t functions = 0;  ///< of the rung
  std::size_t parameters = 0;
  double loss = 0;                 ///< of the training data, without penalties
  std::optional<double> held_out;  ///< loss of the held-out data
  double wall_seconds = 0;
};

enum class NonlinearStop { converged, iterations, held_out, wall_time, asked };

struct NonlinearFit {
  ace::Potential potential;  ///< E0 in it, ZBL core in it
  Metrics train;
  std::optional<Metrics> held_out;  ///< before the linear parameters saw the held-out data
  double loss = 0;                  ///< with penalties, of the data the model has seen
  int iterations = 0;               ///< accepted, over all rungs
  NonlinearStop stop = NonlinearStop::converged;
  double wall_seconds = 0;
};

/// Called after each iteration; false stops the fit, which then returns the best model so far.
using NonlinearReport = std::function<bool(const NonlinearProgress&)>;

/// Labels of a nonlinear fit.
struct NonlinearData {
  std::span<const Item> train;
  std::span<const Item> held_out = {};    ///< tells when to stop; may be empty
  std::vector<double> isolated_energies;  ///< eV per species, subtracted from labels; become E0
  std::span<const Weights> weights = {};  ///< of `train`, in place of the policy's; may be empty
};

/// Fits `start`: its functions, bonds and radial basis.  Where one of its function coefficients is
/// not 0, the fit goes on from these, its radial coefficients and its embeddings (warm start; see
/// carried_over()); else it begins with options.embedding and the linear solution.  `linear` has
/// the weights of the weighted loss, the prior and the threads.  Masked forces never enter: they
/// may be NaN.  Radial coefficients of bonds ij and ji stay equal.  With the weighted loss, the
/// linear parameters are solved at the end from the held-out data too.  Results do not depend on
/// the number of threads; with a wall-time budget they depend on the machine.  The active set is
/// left to the caller.  Throws core::UserError when there is nothing to fit or an option makes no
/// sense.
[[nodiscard]] NonlinearFit fit_nonlinear(const ace::Potential& start, const NonlinearData& data,
                                         const Options& linear, const NonlinearOptions& options,
                                         const NonlinearReport& report = {});

/// `basis` with the coefficients of `previous` wherever it has the same function, the same radial
/// channel (n, l, k) of the same pair, and its embeddings: the start of the next generation's fit.
/// Functions that `previous` lacks get 0.  Throws core::UserError where the two do not share
/// elements, cutoffs and radial basis.
[[nodiscard]] ace::Potential carried_over(const ace::Potential& previous,
                                          const ace::Potential& basis);

/// Loss of `potential` on `items`, with the penalties of the Pacemaker loss where options.loss asks
/// for it: what Pacemaker prints for it.  `weights` as in NonlinearData.
[[nodiscard]] double loss_of(const ace::Potential& potential, const NonlinearData& data,
                             const Options& linear, const NonlinearOptions& options);

}  // namespace mlip::fit
