/// The density around a centre in radial functions and spherical harmonics.
#pragma once

#include "ace/spherical_harmonics.hpp"
#include "soap/radial_table.hpp"
#include "soap/surroundings.hpp"

namespace mlip::soap {

/// Coefficients lie in lanes of eight radial functions: harmonic h (ace::harmonic_index), block b
/// of its l at h · blocks_per_l + b.  Harmonics have the norm √(4π), and of m > 0 real and
/// imaginary part.
class Expansion {
 public:
  explicit Expansion(const Options& options);

  /// Lanes of one channel.
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::size_t blocks_per_l() const { return table_.blocks_per_l(); }

  /// Adds what the atoms [from, to) give; both are multiples of eight.
  void add(const Near& near, std::size_t from, std::size_t to, Lane* coefficients) const;

  /// Adds the gradient of what one atom gives with respect to its position: x, y and z, each like
  /// coefficients, follow one another.  An atom on the centre adds nothing.
  void add_gradient(const core::Vec3& vector, Lane* gradient) const;

 private:
  void weigh(const Lane& length, Lane* harmonics) const;

  int angular_;
  std::optional<Weighting> weighting_;  ///< none where all weights are 1
  ace::SphericalHarmonics harmonics_;
  RadialTable table_;
};

}  // namespace mlip::soap
