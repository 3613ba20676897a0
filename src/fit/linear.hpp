/// Linear ACE fit to energies, forces and stresses.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "ace/basis.hpp"
#include "ace/files.hpp"
#include "ace/potential.hpp"
#include "core/structure.hpp"
#include "fit/posterior.hpp"
#include "potential/calculator.hpp"

namespace mlip::fit {

class RowCache;
class Teacher;

/// One labelled structure.
struct Item {
  core::Structure structure;
  core::Labels labels;             ///< energy in eV, with the isolated-atom energies still in it
  std::vector<double> force_mask;  ///< weight of each atom's force; empty = all 1
  bool fit_energy = true, fit_stress = true;
  double weight = 1;  ///< multiplies all three weights of this structure
};

struct Options {
  double energy_weight = 30;  ///< of the residual in eV/atom, relative to a force residual in eV/Å
  double force_weight = 1;
  double stress_weight = 30;    ///< of the residual in eV/Å³ times the volume an atom (eV/atom)
  double smoothness_power = 2;  ///< growth of the prior's diagonal with n and l
  int folds = 0;                ///< ≥ 2: the prior is chosen by held-out folds; else by evidence
  double prior_factor = 1;  ///< the prior is that many times as strong as evidence or folds choose
  double zbl_inner_cutoff = 0;  ///< Å; 0: 0.9 times the shortest distance of the data
  int threads = 0;              ///< 0: all
  /// Told how many of the structures are done, from any thread.
  std::function<void(std::size_t done, std::size_t all)> progress = {};
  std::shared_ptr<RowCache> row_cache = {};  ///< of earlier fits with the same functions
  /// Of the same functions: what is expected before the labels; null: nothing.
  std::shared_ptr<const Teacher> teacher = {};

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field("energy_weight", energy_weight, "",
                "weight of an energy residual (eV/atom) against a force residual (eV/Å)");
    visit.field("force_weight", force_weight, "", "weight of a force residual (eV/Å)");
    visit.field("stress_weight", stress_weight, "",
                "weight of a stress residual times the volume an atom (eV)");
    visit.field("smoothness_power", smoothness_power, "",
                "how fast the prior tightens with the order of a function");
    visit.field(
        "folds", folds, "",
        "2 or more: the prior is chosen by its errors on held-out folds; else by the evidence");
  }
};

/// Root mean square and mean absolute errors; masked atoms do not count.
struct Metrics {
  double energy_rmse_mev_per_atom = 0, energy_mae_mev_per_atom = 0;
  double force_rmse_mev_per_a = 0, force_mae_mev_per_a = 0;
  double stress_rmse_gpa = 0;
  std::size_t structures = 0, force_components = 0, stresses = 0;
};

struct Fit {
  ace::Potential potential;  ///< E0 in it, ZBL core in it
  ace::ActiveSetInverse active_set;
  Metrics train;
  Information information;  ///< of the coefficients, in the order of the functions
  double prior_strength = 0;
  double log_evidence = 0;
  bool taught = false;      ///< the teacher's prior was better than the one without
  double teacher_gain = 0;  ///< how many times smaller residuals of held-out structures are with it
  double assembly_seconds = 0, solve_seconds = 0, active_set_seconds = 0;
};

/// Fits the coefficients of `basis` (one density, identity embedding).  `isolated_energies` (eV)
/// per species of the basis are subtracted from the labels and become E0.  Masked forces never
/// enter: they may be NaN.  The prior is the best of those that know only of smoothness, or of
/// those of `options.teacher` unless held-out structures are predicted clearly better without.
/// Throws core::UserError when there is nothing to fit.
[[nodiscard]] Fit fit_linear(const ace::Potential& basis, std::span<const Item> items,
                             const std::vector<double>& isolated_energies, const Options& options);

/// Potentials that differ by what the data leave open: their spread is the error bar of any
/// quantity computed with each of them.  Deterministic by seed.
[[nodiscard]] std::vector<ace::Potential> committee(const Fit& fit, std::size_t members,
                                                    std::uint64_t seed);

/// Errors of any model on labelled structures.
[[nodiscard]] Metrics measure(const potential::Calculator& model, std::span<const Item> items);

}  // namespace mlip::fit
