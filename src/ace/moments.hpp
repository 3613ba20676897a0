/// Sums over an atom's neighbours of radial basis functions times harmonics,
/// M_{mu k lm} = Σ_j g_k(r_j) Y_lm(r_j): the atomic base is linear in them, with the radial
/// coefficients as the factors, so they stay while these change.
#pragma once

#include <span>
#include <vector>

#include "ace/bond_shape.hpp"
#include "ace/evaluator.hpp"
#include "ace/potential.hpp"
#include "ace/radial.hpp"
#include "ace/spherical_harmonics.hpp"

namespace mlip::ace {

/// Sizes of the moments and of the atomic base of one central species; all real numbers.
struct MomentShape : BondShape {
  [[nodiscard]] std::size_t species_moments() const {
    return static_cast<std::size_t>(radial_base) * harmonics();
  }
  [[nodiscard]] std::size_t moments() const {
    return static_cast<std::size_t>(species) * species_moments();
  }
  [[nodiscard]] std::size_t components() const {
    return static_cast<std::size_t>(species * radial) * harmonics();
  }
  /// Place of (mu, k, harmonic) among the moments, k from 0.
  [[nodiscard]] std::size_t moment(int mu, int k, int harmonic = 0) const {
    return static_cast<std::size_t>(mu * radial_base + k) * harmonics() +
           static_cast<std::size_t>(harmonic);
  }
  /// Place of (mu, n, harmonic) among the components of the atomic base, n from 0.
  [[nodiscard]] std::size_t component(int mu, int n, int harmonic = 0) const {
    return static_cast<std::size_t>(mu * radial + n) * harmonics() +
           static_cast<std::size_t>(harmonic);
  }
};

/// Functions of every neighbour of one atom; scratch of one thread.
struct NeighborTable {
  std::vector<AtomNeighbor> neighbors;
  std::vector<double> g, dg;  ///< [neighbour][k]
  std::vector<double> Y, dY;  ///< [neighbour][harmonic]; [neighbour][axis][harmonic], 1/Å
  LaneBuffer factors, rows;   ///< of the harmonics of eight neighbours
};

class Moments {
 public:
  /// `bonds` of all ordered pairs; those of `central` are used.
  Moments(std::span<const Bond> bonds, int species_count, int central);
  [[nodiscard]] const MomentShape& shape() const { return shape_; }
  /// Fills the table; neighbours at or beyond their bond's rcut get zeros.
  void tabulate(std::span<const AtomNeighbor> neighbors, NeighborTable& table) const;
  /// M of all neighbours, `moments` as many as shape().moments().
  void sum(const NeighborTable& table, double* moments) const;
  /// Adds ∂M/∂(vector_j)_c of neighbour j, times `sign`, to row c of `rows` (shape().moments()
  /// apart).
  void add_derivatives(const NeighborTable& table, std::size_t j, double sign, double* rows) const;
  /// dE/d(vector_j) of neighbour j for dE/dM = `seed`, eV/Å.
  [[nodiscard]] core::Vec3 gradient(const NeighborTable& table, std::size_t j,
                                    const double* seed) const;
  /// Adds Σ_c direction_c ∂M/∂(vector_j)_c to `moments`.
  void add_directional(const NeighborTable& table, std::size_t j, const core::Vec3& direction,
                       double* moments) const;

 private:
  /// Of `count` neighbours from `first` on.
  void tabulate_harmonics(std::size_t first, std::size_t count, NeighborTable& table) const;

  MomentShape shape_;
  std::vector<RadialFunctions> radial_;
  SphericalHarmonics harmonics_;
};

}  // namespace mlip::ace
