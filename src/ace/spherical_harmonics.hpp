/// Spherical harmonics times √(4π), Condon-Shortley phase, as real numbers: of (l, m) only m ≥ 0 is
/// kept.
#pragma once

#include <vector>

#include "ace/lanes.hpp"

namespace mlip::ace {

/// Place of Y_l0 (part 0), Re Y_lm (part 0) or Im Y_lm (part 1), m > 0, among the (lmax + 1)²
/// numbers.
[[nodiscard]] constexpr int harmonic_index(int l, int m, int part = 0) {
  return l * l + (m == 0 ? 0 : 2 * m - 1 + part);
}

/// Factors of the harmonics of eight unit vectors: Y_lm = P_lm(z) (x + iy)^m.  As polynomials of x,
/// y, z they have no poles.
struct HarmonicFactors {
  Lane* legendre;  ///< P_lm at legendre_index(lmax, l, m)
  Lane* slope;     ///< dP_lm/dz, the same places
  Lane* re;        ///< Re (x + iy)^m, m = 0..lmax
  Lane* im;
};
[[nodiscard]] constexpr int legendre_index(int lmax, int l, int m) {
  return m * (lmax + 1) - m * (m - 1) / 2 + l - m;
}
[[nodiscard]] constexpr int legendre_count(int lmax) {
  return (lmax + 1) * (lmax + 2) / 2;
}

class SphericalHarmonics {
 public:
  explicit SphericalHarmonics(int lmax);
  [[nodiscard]] int size() const { return (lmax_ + 1) * (lmax_ + 1); }
  /// Factors at the unit vectors u[0], u[1], u[2] = x, y, z.
  void evaluate(const Lane* u, const HarmonicFactors& factors) const;
  /// Y at `stride` lanes from one another, from the factors.
  void values(const HarmonicFactors& factors, Lane* Y, std::size_t stride) const;
  /// Y and ∂Y/∂r_c for c = x, y, z into four lanes a harmonic, from the factors; `inverse` is
  /// 1/|r|.
  void differentiate(const Lane* u, const Lane& inverse, const HarmonicFactors& factors,
                     Lane* rows) const;

 private:
  int lmax_;
  std::vector<double> start_;        // barred Legendre of (m, m), an m
  std::vector<double> rise_, fall_;  // P(l, m) = rise · (z P(l−1, m) − fall · P(l−2, m))
};

/// Tangential part of v, v − (v·u) u, times `scale`: the gradient of a polynomial of x, y, z on the
/// unit sphere.
MLIP_INLINE void make_tangential(const Lane* u, const Lane& scale, Lane* v) {
  const Lane radial = v[0] * u[0] + v[1] * u[1] + v[2] * u[2];
  for (int c = 0; c < 3; ++c) v[c] = (v[c] - radial * u[c]) * scale;
}

}  // namespace mlip::ace
