/// The atomic base A_{mu n l m} of one atom and what its derivatives need, neighbours in lanes of
/// eight.
#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include "ace/core_repulsion.hpp"
#include "ace/evaluator.hpp"
#include "ace/potential.hpp"
#include "ace/radial.hpp"
#include "ace/spherical_harmonics.hpp"

namespace mlip::ace {

inline constexpr std::size_t lanes = 8;

/// Sizes of the atomic base of one central species.  Its real components are, for each neighbour
/// species mu: K sums of g_k, then for each n and harmonic index the sum of R_nl Y.
struct BaseShape {
  int species = 0, radial_base = 0, radial = 0, lmax = 0;
  [[nodiscard]] std::size_t harmonics() const {
    return static_cast<std::size_t>((lmax + 1) * (lmax + 1));
  }
  [[nodiscard]] std::size_t stride() const {
    return static_cast<std::size_t>(radial_base) + static_cast<std::size_t>(radial) * harmonics();
  }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(species) * stride(); }
  /// Component of g_k, k from 0.
  [[nodiscard]] std::size_t base(int mu, int k) const {
    return static_cast<std::size_t>(mu) * stride() + static_cast<std::size_t>(k);
  }
  /// Component of (mu, n, l, |m|, part), n from 0.
  [[nodiscard]] std::size_t at(int mu, int n, int harmonic) const {
    return static_cast<std::size_t>(mu) * stride() + static_cast<std::size_t>(radial_base) +
           static_cast<std::size_t>(n) * harmonics() + static_cast<std::size_t>(harmonic);
  }
};

/// Neighbours of one atom, sorted by species, each species padded to whole lanes; scratch of one
/// thread.
struct Neighborhood {
  std::size_t padded = 0;          ///< lanes in all
  std::vector<std::size_t> first;  ///< [species + 1] where the lanes of a species begin
  std::vector<int> original;       ///< [padded] index among the given neighbours; −1: empty lane
  std::vector<double> r, ux, uy, uz;  ///< [padded]; empty lanes have zero functions
  std::vector<double> g, dg;          ///< [k][padded]
  std::vector<double> R, dR;          ///< [n (lmax + 1) + l][padded]
  std::vector<double> Y, Yx, Yy, Yz;  ///< [harmonic][padded]; gradients times 1, 1/Å
  std::vector<double> A;              ///< [component]
  std::vector<double> scratch_g, scratch_dg;
};

class AtomicBase {
 public:
  /// `numbers`: atomic number of each species.
  AtomicBase(std::span<const Bond> bonds, int species_count, int central);
  [[nodiscard]] const BaseShape& shape() const { return shape_; }
  /// Radial functions, harmonics and their derivatives; neighbours at or beyond rcut are left out.
  void gather(std::span<const AtomNeighbor> neighbors, Neighborhood& hood) const;
  /// A from the gathered functions.
  void accumulate(Neighborhood& hood) const;

 private:
  void place(std::span<const AtomNeighbor> neighbors, Neighborhood& hood) const;
  void resize(Neighborhood& hood) const;
  void fill_lane(std::size_t lane, int mu, const core::Vec3& vector, Neighborhood& hood) const;
  void combine(int mu, Neighborhood& hood) const;

  BaseShape shape_;
  std::vector<Bond> bonds_;
  std::vector<RadialFunctions> radial_;
  std::vector<std::vector<double>> coefficients_;  // [mu][(n, l)][k], zero-padded
  SphericalHarmonics harmonics_;
};

}  // namespace mlip::ace
