/// The rows of the linear fit: which a labelled structure gives, and their design matrix.
#pragma once

#include <span>
#include <vector>

#include "ace/projector.hpp"
#include "core/neighbor_list.hpp"
#include "fit/linear.hpp"
#include "fit/triangle.hpp"

namespace mlip::fit {

/// What of one structure is fitted.
struct Wanted {
  bool energy = false, stress = false;
  std::vector<int> atoms;  ///< those whose forces are fitted

  [[nodiscard]] Eigen::Index rows() const {
    return (energy ? 1 : 0) + 3 * static_cast<Eigen::Index>(atoms.size()) + (stress ? 6 : 0);
  }
};

/// Labels that are absent, masked or of zero weight are not wanted.  Throws core::UserError where
/// sizes disagree or a wanted label is not finite; `index` names the structure in the message.
[[nodiscard]] Wanted wanted_labels(const Item& item, const Options& options, std::size_t index);

/// Species of the potential's elements, and where the columns of each begin.
class Columns {
 public:
  explicit Columns(const ace::Potential& basis);
  /// Species index of each atom; throws core::UserError for an element that is not in the basis.
  [[nodiscard]] std::vector<int> species_of(const core::Structure& structure) const;
  [[nodiscard]] Eigen::Index first(int species) const {
    return first_[static_cast<std::size_t>(species)];
  }
  [[nodiscard]] Eigen::Index count(int species) const {
    return first(species + 1) - first(species);
  }
  [[nodiscard]] Eigen::Index total() const { return first_.back(); }

 private:
  std::vector<Eigen::Index> first_;
  std::vector<int> species_of_number_;
};

/// Rows of one structure: energy (eV/atom), forces (eV/Å; x, y, z of each wanted atom), strain
/// derivatives of the energy (eV/atom; Voigt xx yy zz yz xz xy).  `weights` are those of the
/// structure and the mask: the options' weights of the kinds of label are not in them.
struct Rows {
  RowMatrix matrix;
  Eigen::VectorXd labels, weights;
};

/// Fills rows with one thread's scratch; one object a thread.
class RowBuilder {
 public:
  RowBuilder(const ace::Projector& projector, const Columns& columns, double cutoff);

  /// `isolated` are the energies subtracted from the labels.  `projections[i]`, where not null,
  /// receives the values of atom i's functions.
  void build(const Item& item, const Wanted& wanted, std::span<const double> isolated,
             std::span<double* const> projections, Rows& rows);
  /// Labels and weights alone.
  void label(const Item& item, const Wanted& wanted, std::span<const double> isolated, Rows& rows);

 private:
  void set_labels(const Item& item, const Wanted& wanted, std::span<const double> isolated,
                  Rows& rows) const;
  void add_atom(int atom, const core::NeighborList& list, const Wanted& wanted, double* projections,
                Rows& rows);
  void add_gradients(int atom, std::span<const core::Neighbor> neighbors, const Wanted& wanted,
                     Rows& rows);

  const ace::Projector* projector_;
  const Columns* columns_;
  double cutoff_;
  std::unique_ptr<ace::Projector::Workspace> workspace_;
  Eigen::VectorXd values_;
  ace::Projector::Gradients gradients_;
  std::vector<ace::AtomNeighbor> neighbors_;
  std::vector<int> species_;
  std::vector<Eigen::Index> force_row_;  ///< of each atom, −1 where its force is not fitted
};

}  // namespace mlip::fit
