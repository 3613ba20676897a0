#include "soap/power_spectrum.hpp"

#include <cmath>

#include "core/units.hpp"

namespace mlip::soap {

using ace::lanes;
using std::size_t;

namespace {

/// rows[n · blocks + b] = Σ over the harmonics of one l of left_n · right; rows are lanes of n'.
MLIP_VECTORISE void multiply_harmonics(const Lane* left, const Lane* right, int l, size_t blocks,
                                       Lane* rows) {
  for (size_t a = 0; a < blocks; ++a)
    for (size_t b = 0; b < blocks; ++b) {
      Lane sums[lanes] = {};
      for (int m = 0; m <= 2 * l; ++m) {
        // c_lm of m < 0 are those of m > 0 conjugated: they count twice.
        const Lane& from = left[size_t(m) * blocks + a];
        const Lane to = right[size_t(m) * blocks + b] * (m == 0 ? 1.0 : 2.0);
        for (size_t n = 0; n < lanes; ++n) sums[n] += to * from[n];
      }
      for (size_t n = 0; n < lanes; ++n) rows[(a * lanes + n) * blocks + b] = sums[n];
    }
}

}  // namespace

PowerSpectrum::PowerSpectrum(const Options& options)
    : compression_(options.compression),
      channels_(options.compression == Compression::mu2 ? 1 : options.species.size()),
      n_max_(size_t(options.radial)),
      blocks_per_l_((n_max_ + lanes - 1) / lanes),
      size_(size_t(options.angular + 1) * size_t(options.angular + 1) * blocks_per_l_),
      angular_(options.angular) {}

void PowerSpectrum::add_products(const Lane* left, const Lane* right, double* p) const {
  if (compression_ == Compression::mu1nu1) {
    thread_local ace::LaneBuffer sum;
    sum.zero(size_);
    for (size_t c = 0; c < channels_; ++c)
      for (size_t k = 0; k < size_; ++k) sum.data()[k] += right[c * size_ + k];
    for (size_t c = 0; c < channels_; ++c) add_pair(left + c * size_, sum.data(), false, p);
    return;
  }
  for (size_t a = 0; a < channels_; ++a) {
    const size_t end = compression_ == Compression::off ? channels_ : a + 1;
    for (size_t b = a; b < end; ++b) add_pair(left + a * size_, right + b * size_, a == b, p);
  }
}

void PowerSpectrum::add_pair(const Lane* left, const Lane* right, bool triangle, double*& p) const {
  thread_local ace::LaneBuffer buffer;
  if (buffer.size() < n_max_ * blocks_per_l_ + lanes * blocks_per_l_)
    buffer.resize((n_max_ + lanes) * blocks_per_l_);
  for (int l = 0; l <= angular_; ++l) {
    const size_t first = size_t(l) * size_t(l) * blocks_per_l_;
    multiply_harmonics(left + first, right + first, l, blocks_per_l_, buffer.data());
    const double norm = core::pi * std::sqrt(8 / (2.0 * l + 1));
    for (size_t n = 0; n < n_max_; ++n) {
      const auto* row = reinterpret_cast<const double*>(buffer.data() + n * blocks_per_l_);
      for (size_t other = triangle ? n : 0; other < n_max_; ++other) *p++ += norm * row[other];
    }
  }
}

}  // namespace mlip::soap
