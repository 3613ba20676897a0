/// Spherical harmonics times √(4π), Condon-Shortley phase, as real numbers: of (l, m) only m ≥ 0 is
/// kept.
#pragma once

#include <span>
#include <vector>

#include "core/vector.hpp"

namespace mlip::ace {

/// Place of Y_l0 (part 0), Re Y_lm (part 0) or Im Y_lm (part 1), m > 0, among the (lmax + 1)²
/// numbers.
[[nodiscard]] constexpr int harmonic_index(int l, int m, int part = 0) {
  return l * l + (m == 0 ? 0 : 2 * m - 1 + part);
}

/// Cartesian recursion without poles.
class SphericalHarmonics {
 public:
  explicit SphericalHarmonics(int lmax);
  [[nodiscard]] int size() const { return (lmax_ + 1) * (lmax_ + 1); }
  /// `unit` is r/|r|.  Writes Y and |r| ∂Y/∂r_c for c = x, y, z at distance `stride` from one
  /// another.
  struct Target {
    double* y;
    double* gradient[3];
    std::size_t stride;
  };
  void evaluate(const core::Vec3& unit, const Target& target) const;

 private:
  [[nodiscard]] std::size_t at(int l, int m) const {
    return static_cast<std::size_t>(l) * (static_cast<std::size_t>(lmax_) + 1) +
           static_cast<std::size_t>(m);
  }
  int lmax_;
  std::vector<double> start_;        // barred Legendre of (m, m), an m
  std::vector<double> rise_, fall_;  // P(l, m) = rise · (z P(l−1, m) − fall · P(l−2, m))
};

}  // namespace mlip::ace
