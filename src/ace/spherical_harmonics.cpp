#include "ace/spherical_harmonics.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/vectorise.hpp"

namespace mlip::ace {

namespace {

constexpr int largest_l = 31;

/// `rise` and `fall` are at legendre_index.
MLIP_VECTORISE void recur(int lmax, const double* start, const double* rise, const double* fall,
                          const Lane* u, const HarmonicFactors& out) {
  const Lane x = u[0], y = u[1], z = u[2];
  fill(out.re[0], 1);
  fill(out.im[0], 0);
  for (int m = 0; m < lmax; ++m) {
    out.re[m + 1] = out.re[m] * x - out.im[m] * y;
    out.im[m + 1] = out.re[m] * y + out.im[m] * x;
  }
  int i = 0;
  for (int m = 0; m <= lmax; ++m) {
    Lane p_before = {}, d_before = {}, d = {}, p;
    fill(p, start[m]);
    for (int l = m;; ++l) {
      out.legendre[i] = p;
      out.slope[i] = d;
      ++i;
      if (l == lmax) break;
      const Lane p_next = rise[i] * (z * p - fall[i] * p_before);
      const Lane d_next = rise[i] * (p + z * d - fall[i] * d_before);
      p_before = p, p = p_next, d_before = d, d = d_next;
    }
  }
}

MLIP_VECTORISE void multiply_factors(int lmax, const HarmonicFactors& factors, Lane* Y,
                                     std::size_t stride) {
  int i = 0;
  for (int m = 0; m <= lmax; ++m)
    for (int l = m; l <= lmax; ++l, ++i) {
      Lane* to = Y + static_cast<std::size_t>(harmonic_index(l, m)) * stride;
      to[0] = factors.legendre[i] * factors.re[m];
      if (m > 0) to[stride] = factors.legendre[i] * factors.im[m];
    }
}

MLIP_VECTORISE void differentiate_factors(int lmax, const Lane* u, const Lane& inverse,
                                          const HarmonicFactors& factors, Lane* rows) {
  int i = 0;
  for (int m = 0; m <= lmax; ++m) {
    const Lane re = factors.re[m], im = factors.im[m];
    const Lane re_slope = m * factors.re[std::max(0, m - 1)];
    const Lane im_slope = m * factors.im[std::max(0, m - 1)];
    for (int l = m; l <= lmax; ++l, ++i) {
      const Lane p = factors.legendre[i], d = factors.slope[i];
      Lane* to = rows + 4 * harmonic_index(l, m);
      to[0] = p * re, to[1] = p * re_slope, to[2] = -p * im_slope, to[3] = d * re;
      make_tangential(u, inverse, to + 1);
      if (m == 0) continue;
      to += 4;
      to[0] = p * im, to[1] = p * im_slope, to[2] = p * re_slope, to[3] = d * im;
      make_tangential(u, inverse, to + 1);
    }
  }
}

}  // namespace

SphericalHarmonics::SphericalHarmonics(int lmax) : lmax_(lmax) {
  MLIP_ASSERT(lmax >= 0 && lmax <= largest_l);
  double p = 1;
  for (int m = 0; m <= lmax; ++m) {
    if (m > 0) p *= -std::sqrt((2.0 * m + 1) / (2.0 * m));
    start_.push_back(p);
    for (int l = m; l <= lmax; ++l) {
      const double a = l * l, b = m * m, c = (l - 1) * (l - 1);
      rise_.push_back(l == m ? 0 : std::sqrt((4 * a - 1) / (a - b)));
      fall_.push_back(l == m ? 0 : std::sqrt((c - b) / (4 * c - 1)));
    }
  }
}

void SphericalHarmonics::evaluate(const Lane* u, const HarmonicFactors& factors) const {
  recur(lmax_, start_.data(), rise_.data(), fall_.data(), u, factors);
}

void SphericalHarmonics::values(const HarmonicFactors& factors, Lane* Y, std::size_t stride) const {
  multiply_factors(lmax_, factors, Y, stride);
}

void SphericalHarmonics::differentiate(const Lane* u, const Lane& inverse,
                                       const HarmonicFactors& factors, Lane* rows) const {
  differentiate_factors(lmax_, u, inverse, factors, rows);
}

}  // namespace mlip::ace
