#include "soap/expansion.hpp"

#include <array>
#include <utility>

#include "ace/lane_math.hpp"
#include "core/vector.hpp"
#include "soap/weighting.hpp"

namespace mlip::soap {

using ace::fill;
using ace::lanes;
using std::size_t;

namespace {

/// Unit vectors and lengths of eight vectors; where the length is 0, along z.
MLIP_VECTORISE void directions(const double* x, const double* y, const double* z, Lane* unit,
                               Lane& length, Lane& inverse) {
  for (size_t p = 0; p < lanes; ++p) unit[0][p] = x[p], unit[1][p] = y[p], unit[2][p] = z[p];
  ace::square_root(unit[0] * unit[0] + unit[1] * unit[1] + unit[2] * unit[2], length);
  Lane one;
  fill(one, 1);
  const auto none = length == 0;
  inverse = one / (none ? one : length);
  unit[0] *= inverse;
  unit[1] *= inverse;
  unit[2] = none ? one : unit[2] * inverse;
}

/// Values at t of the polynomials of an interval, `stride` lanes from one another.
MLIP_VECTORISE void radial_values(const Interval& interval, size_t blocks, Lane* values,
                                  size_t stride) {
  const Lane* c = interval.coefficients;
  const double t = interval.t;
  for (size_t b = 0; b < blocks; ++b, c += RadialTable::terms) {
    Lane sum = c[7] * t + c[6];
    sum = sum * t + c[5];
    sum = sum * t + c[4];
    sum = sum * t + c[3];
    sum = sum * t + c[2];
    sum = sum * t + c[1];
    values[b * stride] = sum * t + c[0];
  }
}

/// Derivatives with respect to t.
void radial_slopes(const Interval& interval, size_t blocks, Lane* slopes) {
  for (size_t b = 0; b < blocks; ++b) {
    const Lane* c = interval.coefficients + b * RadialTable::terms;
    Lane sum = {};
    for (size_t k = RadialTable::terms; --k > 0;) sum = sum * interval.t + double(k) * c[k];
    slopes[b] = sum;
  }
}

/// coefficients += Σ over eight atoms of radial value (lanes: n) × harmonic (lanes: atoms).
MLIP_VECTORISE void multiply_out(int angular, size_t blocks_per_l, const Lane* radial,
                                 const Lane* harmonics, Lane* coefficients) {
  for (int l = 0; l <= angular; ++l)
    for (size_t b = 0; b < blocks_per_l; ++b) {
      const Lane* R = radial + (size_t(l) * blocks_per_l + b) * lanes;
      const Lane r0 = R[0], r1 = R[1], r2 = R[2], r3 = R[3], r4 = R[4], r5 = R[5], r6 = R[6],
                 r7 = R[7];
      for (int h = l * l; h < (l + 1) * (l + 1); ++h) {
        const Lane& Y = harmonics[h];
        Lane& c = coefficients[size_t(h) * blocks_per_l + b];
        const Lane even = r0 * Y[0] + r2 * Y[2] + r4 * Y[4] + r6 * Y[6];
        c += even + (r1 * Y[1] + r3 * Y[3] + r5 * Y[5] + r7 * Y[7]);
      }
    }
}

/// What is computed on the way, kept by each thread.
struct Scratch {
  void prepare(int angular, size_t blocks) {
    const auto legendre = size_t(ace::legendre_count(angular));
    const auto powers = size_t(angular) + 1, harmonic_count = powers * powers;
    const size_t need = 2 * (legendre + powers) + 4 * harmonic_count + 2 * blocks * lanes;
    if (buffer.size() < need) buffer.resize(need);
    Lane* next = buffer.data();
    const auto take = [&](size_t count) { return std::exchange(next, next + count); };
    for (Lane** part : {&factors.legendre, &factors.slope}) *part = take(legendre);
    for (Lane** part : {&factors.re, &factors.im}) *part = take(powers);
    harmonics = take(4 * harmonic_count);
    radial = take(blocks * lanes);
    slopes = take(blocks * lanes);
  }
  ace::LaneBuffer buffer;
  ace::HarmonicFactors factors{};
  Lane *harmonics = nullptr, *radial = nullptr, *slopes = nullptr;
};
thread_local Scratch scratch;

}  // namespace

Expansion::Expansion(const Options& options)
    : angular_(options.angular), harmonics_(options.angular), table_(options, reach(options)) {
  if (!is_plain(options.weighting)) weighting_ = options.weighting;
}

std::size_t Expansion::size() const {
  return size_t(harmonics_.size()) * table_.blocks_per_l();
}

/// What comes of eight atoms, times the weights of each.
void Expansion::weigh(const Lane& length, Lane* harmonics) const {
  Lane weights;
  for (size_t p = 0; p < lanes; ++p) weights[p] = weight_at(*weighting_, length[p]).value;
  const int count = (angular_ + 1) * (angular_ + 1);
  for (int h = 0; h < count; ++h) harmonics[h] *= weights;
}

void Expansion::add(const Near& near, size_t from, size_t to, Lane* coefficients) const {
  const size_t blocks = table_.blocks();
  scratch.prepare(angular_, blocks);
  for (size_t at = from; at < to; at += lanes) {
    Lane unit[3], length, inverse;
    directions(&near.x[at], &near.y[at], &near.z[at], unit, length, inverse);
    harmonics_.evaluate(unit, scratch.factors);
    harmonics_.values(scratch.factors, scratch.harmonics, 1);
    if (weighting_) weigh(length, scratch.harmonics);
    for (size_t p = 0; p < lanes; ++p)
      radial_values(table_.at(length[p]), blocks, scratch.radial + p, lanes);
    multiply_out(angular_, table_.blocks_per_l(), scratch.radial, scratch.harmonics, coefficients);
  }
}

void Expansion::add_gradient(const core::Vec3& vector, Lane* gradient) const {
  if (vector.squaredNorm() == 0) return;
  const size_t blocks = table_.blocks(), per_l = table_.blocks_per_l();
  scratch.prepare(angular_, blocks);
  std::array<std::array<double, lanes>, 3> same;
  for (size_t c = 0; c < 3; ++c) same[c].fill(vector[Eigen::Index(c)]);
  Lane unit[3], length, inverse;
  directions(same[0].data(), same[1].data(), same[2].data(), unit, length, inverse);
  harmonics_.evaluate(unit, scratch.factors);
  harmonics_.differentiate(unit, inverse, scratch.factors, scratch.harmonics);
  const Interval interval = table_.at(length[0]);
  radial_values(interval, blocks, scratch.radial, 1);
  radial_slopes(interval, blocks, scratch.slopes);
  const Weight weight = weighting_ ? weight_at(*weighting_, length[0]) : Weight{1, 0};
  for (int l = 0; l <= angular_; ++l)
    for (int h = l * l; h < (l + 1) * (l + 1); ++h)
      for (size_t b = 0; b < per_l; ++b) {
        const Lane plain = scratch.radial[size_t(l) * per_l + b];
        const Lane value = plain * weight.value;
        const Lane slope = scratch.slopes[size_t(l) * per_l + b] * (table_.slope() * weight.value) +
                           plain * weight.slope;
        const Lane* Y = scratch.harmonics + 4 * h;
        for (size_t c = 0; c < 3; ++c)
          gradient[c * size() + size_t(h) * per_l + b] +=
              slope * (Y[0][0] * unit[c][0]) + value * Y[c + 1][0];
      }
}

}  // namespace mlip::soap
