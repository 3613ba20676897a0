/// The atomic base A_{mu n l m} of atoms and its derivatives, neighbours in lanes of eight.
///
/// Neighbours are summed over the radial basis, S_{mu k l m} = Σ_j g_k(r_j) Y_lm(r_j); the radial
/// functions R_nl = Σ_k c_nlk g_k enter once an atom: A_{mu n l m} = Σ_k c_nlk S_{mu k l m}.
#pragma once

#include <span>
#include <vector>

#include "ace/bond_shape.hpp"
#include "ace/evaluator.hpp"
#include "ace/lanes.hpp"
#include "ace/potential.hpp"
#include "ace/radial.hpp"
#include "ace/spherical_harmonics.hpp"

namespace mlip::ace {

/// Sizes of the atomic base of one central species.  Its real components are, for each neighbour
/// species mu: K sums of g_k, then for each n and harmonic index the sum of R_nl Y.
struct BaseShape : BondShape {
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
  /// Number of sums S, and the place of (mu, k, harmonic 0) among them, k from 0.
  [[nodiscard]] std::size_t sums() const { return sum(species, 0); }
  [[nodiscard]] std::size_t sum(int mu, int k) const {
    return static_cast<std::size_t>(mu * radial_base + k) * harmonics();
  }
};

/// Where the functions of one group of eight neighbours lie among its rows of lanes.
struct GroupLayout {
  GroupLayout() = default;
  GroupLayout(int radial_base, int lmax);
  /// The harmonics' factors in a group's rows.
  [[nodiscard]] HarmonicFactors factors(Lane* group) const {
    return {group + legendre, group + slope, group + re, group + im};
  }
  static constexpr std::size_t unit = 0, inverse = 3, g = 4;  ///< r/|r|, 1/|r|, g_k
  std::size_t dg = 0, legendre = 0, slope = 0, re = 0, im = 0, rows = 0;
};

/// Neighbours of one atom, sorted by species, each species padded to whole groups.
struct Neighborhood {
  std::vector<std::size_t> first;  ///< [species + 1] group where a species begins
  std::vector<int> original;       ///< [group][lane] index among those given; −1: empty lane
  LaneBuffer rows;                 ///< [group][GroupLayout]; empty lanes have zero g, dg
  [[nodiscard]] std::size_t groups() const { return first.back(); }
};

class AtomicBase {
 public:
  /// `bin_width` > 0 (Å): radial functions as splines.
  AtomicBase(std::span<const Bond> bonds, int species_count, int central, double bin_width = 0);
  [[nodiscard]] const BaseShape& shape() const { return shape_; }
  [[nodiscard]] const GroupLayout& layout() const { return layout_; }
  [[nodiscard]] const SphericalHarmonics& harmonics() const { return harmonics_; }

  /// Functions of the neighbours, those at or beyond rcut left out, and the sums S of the atom into
  /// one lane of `sums`.
  void gather(std::span<const AtomNeighbor> neighbors, Neighborhood& hood, Lane* sums,
              std::size_t lane) const;
  /// A from S, eight atoms.
  void combine(const Lane* sums, Lane* A) const;
  /// dE/dS from dE/dA, eight atoms.
  void separate(const Lane* dA, Lane* slopes) const;
  /// gradients[k] += Σ_S slopes[S] ∂S/∂(vector_k) of the atom in one lane.
  void add_gradients(const Neighborhood& hood, const Lane* slopes, std::size_t lane,
                     std::span<core::Vec3> gradients) const;
  /// R_nl or, from dg, dR_nl/dr of one group: lanes [n (lmax + 1) + l].
  void radial(int mu, const Lane* g, Lane* R) const;

 private:
  /// What one neighbour species needs.
  struct Partner {
    double rcut;
    RadialFunctions functions;
    std::vector<double> coefficients;  // [(n, l)][k], zero-padded
    std::vector<int> reach;            // [l] k from which on all coefficients are zero
  };
  void place(std::span<const AtomNeighbor> neighbors, Neighborhood& hood) const;
  void fill_group(const Partner& partner, Lane* rows, Lane* Y, std::size_t stride) const;

  BaseShape shape_;
  GroupLayout layout_;
  std::vector<Partner> partners_;
  SphericalHarmonics harmonics_;
};

}  // namespace mlip::ace
