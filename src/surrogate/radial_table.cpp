#include "surrogate/radial_table.hpp"

#include <algorithm>
#include <cmath>

namespace mlip::surrogate {

namespace {

constexpr double knots_per_angstrom = 32;
constexpr int rows_a_knot = 4;  // slope, curvature, value, rise

}  // namespace

template <class T>
int RadialTable<T>::intervals_to(double cutoff) {
  return static_cast<int>(std::ceil(cutoff * knots_per_angstrom));
}

template <class T>
RadialTable<T>::RadialTable(const RadialFunctions& functions, int outputs, double cutoff, int kink)
    : intervals_(intervals_to(cutoff)),
      kink_(kink > 0 ? kink : intervals_),
      outputs_(outputs),
      spacing_(cutoff / intervals_) {
  rows_.resize(static_cast<std::size_t>(rows_a_knot * (intervals_ + 2) * outputs));
  tabulate(functions, 0, kink_);
  tabulate(functions, kink_, intervals_);
}

template <class T>
void RadialTable<T>::tabulate(const RadialFunctions& functions, int begin, int end) {
  constexpr int block = 32;  // of intervals at a time: little memory
  for (int first = begin; first < end; first += block) {
    const int count = std::min(block, end - first);
    Eigen::VectorXd distances =
        Eigen::VectorXd::LinSpaced(count + 1, first * spacing_, (first + count) * spacing_);
    if (first + count == kink_)  // what comes from below
      distances[count] = std::nextafter(distances[count], 0.0);
    const auto at = functions.evaluate(distances);
    T* row = rows_.data() + row_of(first);
    for (int k = 0; k <= count; ++k, row += rows_a_knot * outputs_)
      for (int n = 0; n < outputs_; ++n) {
        row[n] = static_cast<T>(at.slope(k, n) * spacing_);
        row[outputs_ + n] = static_cast<T>(at.curvature(k, n) * spacing_ * spacing_);
        if (k == count) continue;
        row[2 * outputs_ + n] = static_cast<T>(at.value(k, n));
        row[3 * outputs_ + n] = static_cast<T>(at.value(k + 1, n) - at.value(k, n));
      }
  }
}

template <class T>
std::ptrdiff_t RadialTable<T>::row_of(int interval) const {
  const int knot = interval < kink_ ? interval : interval + 1;
  return static_cast<std::ptrdiff_t>(knot) * rows_a_knot * outputs_;
}

template <class T>
typename RadialTable<T>::Place RadialTable<T>::place_of(double distance) const {
  const double x = distance / spacing_;
  const int k = std::min(static_cast<int>(x), intervals_ - 1);
  return {rows_.data() + row_of(k), x - k};
}

template <class T>
void RadialTable<T>::weights(double distance, T* weights) const {
  const auto [rows, s] = place_of(distance);
  const double rest = 1 - s, s3 = s * s * s;
  combine(rows, outputs_,
          RowFactors<T>{T(s * (1 - s * s * (6 - s * (8 - 3 * s)))),
                        T(s * s * rest * rest * rest / 2), T(1), T(s3 * (10 - s * (15 - 6 * s))),
                        T(-s3 * (4 - s * (7 - 3 * s))), T(s3 * rest * rest / 2)},
          weights);
}

template <class T>
double RadialTable<T>::slope_along(double distance, const T* gradient) const {
  const auto [rows, s] = place_of(distance);
  const double rest = 1 - s, s2 = s * s;
  const RowFactors<T> factors = {T(1 - s2 * (18 - s * (32 - 15 * s))),
                                 T(s * rest * rest * (1 - 2.5 * s)),
                                 T(0),
                                 T(30 * s2 * rest * rest),
                                 T(-s2 * (12 - s * (28 - 15 * s))),
                                 T(s2 * rest * (1.5 - 2.5 * s))};
  return combine_along(rows, outputs_, factors, gradient) / spacing_;
}

template class RadialTable<float>;
template class RadialTable<double>;

}  // namespace mlip::surrogate
