/// Smooth overlap of atomic positions: descriptors of atoms and structures (Bartók 2013,
/// doi:10.1103/PhysRevB.87.184115), equal to those of dscribe 2.1.2.
#pragma once

#include <Eigen/Core>
#include <functional>

#include "core/structure.hpp"
#include "soap/expansion.hpp"
#include "soap/power_spectrum.hpp"
#include "soap/surroundings.hpp"

namespace mlip::soap {

/// How the descriptor of one atom, or of the structure, changes with the position of an atom: a
/// row a feature, columns x, y, z, 1/Å.
using Gradient = Eigen::Matrix<double, Eigen::Dynamic, 3>;

/// Thread-safe.  Axes repeat where the structure says so.  What is thrown is core::UserError: for
/// numbers that are not finite, for a species that the options do not name, and for an average over
/// no atom.  No result depends on the number of threads (0: one a core).
class Soap {
 public:
  explicit Soap(Options options);
  [[nodiscard]] const Options& options() const { return options_; }
  [[nodiscard]] std::size_t features() const { return features_; }

  /// A column an atom.
  [[nodiscard]] Eigen::MatrixXd atoms(const core::Structure& structure, int threads = 1) const;
  [[nodiscard]] Eigen::VectorXd average(const core::Structure& structure, Average kind,
                                        int threads = 1) const;

  /// Visits each centre with each atom that changes its descriptor, itself included; it moves
  /// with its atom.  What an atom exactly on top of a centre gives is left out.
  void visit_gradients(const core::Structure& structure,
                       const std::function<void(std::size_t centre, std::size_t atom,
                                                const Gradient&)>& visit) const;
  /// Of the average, an entry an atom.
  [[nodiscard]] std::vector<Gradient> average_gradients(const core::Structure& structure,
                                                        Average kind) const;

 private:
  static void demand_atoms(const core::Structure& structure);
  [[nodiscard]] Surroundings surroundings(const core::Structure& structure) const;
  void expand(const Near& near, Lane* coefficients) const;
  /// Of the boxes [from, to), one thread a box.
  void for_each_centre(
      const Surroundings& around, std::size_t from, std::size_t to, int threads,
      const std::function<void(std::size_t box, std::size_t centre, const Near&)>& visit) const;
  [[nodiscard]] Gradient gradient(const Lane* coefficients, const Lane* change) const;

  Options options_;
  std::size_t features_;
  Expansion expansion_;
  PowerSpectrum spectrum_;
};

}  // namespace mlip::soap
