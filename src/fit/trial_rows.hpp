/// The rows a trial model gives for one structure, and their derivatives by its parameters.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "fit/labelled.hpp"
#include "fit/trial.hpp"

namespace mlip::fit {

/// What a trial predicts for one structure.
struct Predicted {
  double energy = 0;     ///< eV, without isolated energies
  Eigen::VectorXd rows;  ///< as Labelled's
};

/// Derivatives of energy and rows by the parameters.
struct Jacobian {
  Eigen::Index columns = 0;   ///< all parameters, or those of the functions
  Eigen::VectorXd energy;     ///< dE/dθ
  std::vector<double> tiles;  ///< [row / 8][parameter][row % 8]
};

/// Scratch of one thread.
class TrialRows {
 public:
  [[nodiscard]] Predicted predict(const Trial& trial, const Labelled& labelled);
  /// Prediction and Jacobian at once; radial columns where `radial`, else they are left out.
  [[nodiscard]] Predicted differentiate(const Trial& trial, const Labelled& labelled, bool radial,
                                        Jacobian& jacobian);
  /// Adds d/dθ of energy_seed · E + Σ seeds · rows to `gradient`, which has all parameters.
  void add_gradient(const Trial& trial, const Labelled& labelled, double energy_seed,
                    const Eigen::VectorXd& seeds, Eigen::VectorXd& gradient);

 private:
  void fill_moment_rows(std::size_t atom, const Labelled& labelled);
  void sweep_groups(const Labelled& labelled, bool radial, Jacobian& jacobian);

  TrialAtom atom_;
  std::vector<double> moment_rows_;  ///< [row][moment]
  std::vector<char> touched_;        ///< [row / 8]
  std::vector<double> lanes_, slopes_, columns_;
};

}  // namespace mlip::fit
