/// Chooses what a linear fit is made of (cutoff, functions, weights of the labels, prior) by errors
/// on held-out folds, and fits it.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fit/linear.hpp"

namespace mlip::fit {

/// What the advisor may not choose is set; the rest it finds.
struct AdvisorOptions {
  std::optional<double> cutoff;          ///< Å
  std::optional<std::string> shape;      ///< one of `shapes`
  std::optional<std::size_t> functions;  ///< of all elements together
  std::optional<double> energy_weight;   ///< against a force weight of options.force_weight
  /// Taken in place of the isolated energies where they predict better; empty: none.
  std::vector<double> other_isolated_energies = {};
  double wall_seconds = 300;  ///< what a basis as large as the advisor tries may take, about
  std::size_t most_functions = 4000;
  /// Told of each stage's steps, from any thread.
  std::function<void(const std::string& stage, std::size_t done, std::size_t all)> progress = {};
};

/// Errors of held-out folds, each predicted from the others; masks and weights of the structures
/// applied.  Forces: root mean square.  Energies: the standard deviation of a normal distribution
/// of their mean absolute error, for the square of an odd structure's outweighs all others'; root
/// mean square where a fold has more of them than functions.  The geometric mean over the folds.
struct HeldOut {
  double energy_mev_per_atom = 0, force_mev_per_a = 0;  ///< 0 where there are no such labels
  /// Logarithm of the product of the two (of what labels there are): what is made small.
  [[nodiscard]] double score() const;
};

struct BasisTrial {
  bool other_isolated = false;
  double cutoff = 0;           ///< Å
  std::string shape;           ///< what the functions are spent on
  std::size_t functions = 0;   ///< of the trial basis
  std::size_t structures = 0;  ///< of the sample it was tried on
  HeldOut errors;
};

/// One basis of the accuracy-cost curve.
struct CurvePoint {
  std::size_t functions = 0;
  HeldOut errors;
  double microseconds_per_atom = 0;  ///< energy and forces on one thread of this machine
};

struct Advice {
  double cutoff = 0, energy_weight = 0, smoothness_power = 0, order_decay = 0;
  std::string shape;
  bool other_isolated = false;     ///< AdvisorOptions::other_isolated_energies were taken
  std::vector<BasisTrial> trials;  ///< of isolated energies, cutoffs and shapes
  std::vector<CurvePoint> curve;   ///< by number of functions
  std::size_t chosen = 0;          ///< index in the curve
};

struct Advised {
  Fit fit;
  Advice advice;
};

/// Fits the basis with the smallest held-out errors among those the wall time allows; of bases
/// alike within 2 % of both errors the smallest.  The rows of the largest basis are made once:
/// those of the others are columns of them, and folds are sums.  `options.energy_weight`, the prior
/// and `options.folds` are the advisor's.  Throws core::UserError where there is nothing to fit.
[[nodiscard]] Advised fit_advised(std::span<const Item> items,
                                  const std::vector<double>& isolated_energies,
                                  const Options& options, const AdvisorOptions& wishes);

}  // namespace mlip::fit
