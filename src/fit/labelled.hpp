/// A structure as the nonlinear fit meets it again and again: neighbours and weighted labels.
#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "ace/evaluator.hpp"
#include "fit/linear.hpp"
#include "fit/rows.hpp"
#include "fit/weighting.hpp"

namespace mlip::fit {

/// Rows are dE/d(position) of the wanted atoms (x, y, z each), then dE/dε (Voigt xx yy zz yz xz xy)
/// where the stress is wanted.
struct Labelled {
  std::vector<int> species;        ///< an atom
  std::vector<std::size_t> first;  ///< [atom + 1] its neighbours
  std::vector<ace::AtomNeighbor> neighbors;
  std::vector<int> index;  ///< atom of each neighbour
  std::vector<int> row;    ///< [atom] its first row, −1: not wanted
  bool stress = false;
  Eigen::VectorXd target, weight;        ///< of the rows; residual² · weight is the loss
  double energy = 0, energy_weight = 0;  ///< eV, isolated energies subtracted; of (ΔE/N)²

  [[nodiscard]] std::size_t atoms() const { return species.size(); }
  [[nodiscard]] Eigen::Index rows() const { return target.size(); }
  [[nodiscard]] std::span<const ace::AtomNeighbor> of(std::size_t atom) const {
    return {neighbors.data() + first[atom], first[atom + 1] - first[atom]};
  }
  /// Whether anything of it enters the loss.
  [[nodiscard]] bool counts() const { return energy_weight > 0 || rows() > 0; }
};

/// `weights` only where the item has the label: see weights_of().
[[nodiscard]] Labelled labelled(const Item& item, const Weights& weights, const Columns& columns,
                                double cutoff, std::span<const double> isolated);

}  // namespace mlip::fit
