#include "ace/spherical_harmonics.hpp"

#include <cmath>

#include "core/error.hpp"

namespace mlip::ace {

namespace {

constexpr int largest_l = 31;

}  // namespace

SphericalHarmonics::SphericalHarmonics(int lmax) : lmax_(lmax) {
  MLIP_ASSERT(lmax >= 0 && lmax <= largest_l);
  const auto n = static_cast<std::size_t>(lmax + 1);
  start_.resize(n);
  rise_.assign(n * n, 0);
  fall_.assign(n * n, 0);
  double p = 1;
  for (int m = 0; m <= lmax; ++m) {
    if (m > 0) p *= -std::sqrt((2.0 * m + 1) / (2.0 * m));
    start_[static_cast<std::size_t>(m)] = p;
    for (int l = m + 1; l <= lmax; ++l) {
      const double a = l * l, b = m * m, c = (l - 1) * (l - 1);
      rise_[at(l, m)] = std::sqrt((4 * a - 1) / (a - b));
      fall_[at(l, m)] = std::sqrt((c - b) / (4 * c - 1));
    }
  }
}

void SphericalHarmonics::evaluate(const core::Vec3& unit, const Target& target) const {
  const double x = unit.x(), y = unit.y(), z = unit.z();
  double re = 1, im = 0, re_before = 0, im_before = 0;  // (x + iy)^m and ^(m−1)
  for (int m = 0; m <= lmax_; ++m) {
    double p_before = 0, p = start_[static_cast<std::size_t>(m)], d_before = 0, d = 0;
    for (int l = m; l <= lmax_; ++l) {
      if (l > m) {
        const double up = rise_[at(l, m)], down = fall_[at(l, m)];
        const double p_next = up * (z * p - down * p_before);
        const double d_next = up * (p + z * d - down * d_before);
        p_before = p, p = p_next, d_before = d, d = d_next;
      }
      const auto put = [&](int part, double value, double planar_x, double planar_y, double axial) {
        const double radial = planar_x * x + planar_y * y + axial * z;
        const std::size_t k = static_cast<std::size_t>(harmonic_index(l, m, part)) * target.stride;
        target.y[k] = value;
        target.gradient[0][k] = planar_x - radial * x;
        target.gradient[1][k] = planar_y - radial * y;
        target.gradient[2][k] = axial - radial * z;
      };
      put(0, p * re, m * p * re_before, -m * p * im_before, d * re);
      if (m > 0) put(1, p * im, m * p * im_before, m * p * re_before, d * im);
    }
    re_before = re, im_before = im;
    re = re_before * x - im_before * y;
    im = re_before * y + im_before * x;
  }
}

}  // namespace mlip::ace
