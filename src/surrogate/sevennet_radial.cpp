#include "surrogate/sevennet_radial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.hpp"

namespace mlip::surrogate {

namespace {

constexpr double knots_per_angstrom = 32;
constexpr int rows_a_knot = 4;  // slope, curvature, value, rise
constexpr int hidden = 64;

Eigen::MatrixXd matrix(const std::vector<float>& values, int rows, int columns) {
  using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const RowMajor>(values.data(), rows, columns).cast<double>();
}

/// A function of the distance and its first two derivatives.
struct Jet {
  double value, slope, curvature;
};

Jet product(const Jet& f, const Jet& g) {
  return {f.value * g.value, f.slope * g.value + f.value * g.slope,
          f.curvature * g.value + 2 * f.slope * g.slope + f.value * g.curvature};
}

Jet envelope_at(const Envelope& envelope, double r, double cutoff) {
  if (envelope.polynomial) {
    const double p = envelope.power, x = r / cutoff, xp = std::pow(x, p - 2);
    const double a = (p + 1) * (p + 2) / 2, b = p * (p + 2), c = p * (p + 1) / 2;
    return {1 - xp * x * x * (a - x * (b - x * c)),
            -xp * x * (a * p - x * (b * (p + 1) - x * c * (p + 2))) / cutoff,
            -xp * (p - 1) * p *
                (a - x * (b * (p + 1) / (p - 1) - x * c * (p + 2) * (p + 1) / (p * (p - 1)))) /
                (cutoff * cutoff)};
  }
  if (r < envelope.on) return {1, 0, 0};
  const double on2 = envelope.on * envelope.on, c2 = cutoff * cutoff, r2 = r * r;
  const double width = std::pow(c2 - on2, 3), gap = c2 - r2;
  return {gap * gap * (c2 + 2 * r2 - 3 * on2) / width, 12 * r * gap * (on2 - r2) / width,
          12 * (gap * (on2 - 3 * r2) - 2 * r2 * (on2 - r2)) / width};
}

/// sin(b r)/r
Jet wave_at(double b, double r) {
  if (r == 0) return {b, 0, -b * b * b / 3};
  const double value = std::sin(b * r) / r, slope = (b * std::cos(b * r) - value) / r;
  return {value, slope, -b * b * value - 2 * slope / r};
}

}  // namespace

RadialNetwork::RadialNetwork(const SevenNetFile& model, int layer, int outputs)
    : cutoff_(model.cutoff), silu_scale_(model.silu_scale), envelope_(model.envelope) {
  const auto found = model.tensors.find("bessel");
  const int functions =
      found == model.tensors.end() ? 0 : static_cast<int>(found->second.values.size());
  bessel_ = matrix(model.values("bessel", {functions}), functions, 1);
  const std::array<int, 4> widths = {functions, hidden, hidden, outputs};
  for (std::size_t k = 0; k < 3; ++k)
    weights_[k] =
        matrix(model.values(fmt::format("{}.radial.{}", layer, k), {widths[k], widths[k + 1]}),
               widths[k], widths[k + 1]);
}

RadialNetwork::Values RadialNetwork::basis(const Eigen::VectorXd& distances) const {
  Values result;
  for (auto* matrix : {&result.value, &result.slope, &result.curvature})
    matrix->resize(distances.size(), bessel_.size());
  for (Eigen::Index row = 0; row < distances.size(); ++row) {
    const Jet envelope = envelope_at(envelope_, distances[row], cutoff_);
    for (Eigen::Index k = 0; k < bessel_.size(); ++k) {
      const Jet jet = product(wave_at(bessel_[k], distances[row]), envelope);
      result.value(row, k) = 2 / cutoff_ * jet.value;
      result.slope(row, k) = 2 / cutoff_ * jet.slope;
      result.curvature(row, k) = 2 / cutoff_ * jet.curvature;
    }
  }
  return result;
}

void RadialNetwork::activate(Values& values) const {
  for (Eigen::Index k = 0; k < values.value.size(); ++k) {
    double& x = *(values.value.data() + k);
    double& dx = *(values.slope.data() + k);
    double& ddx = *(values.curvature.data() + k);
    const double sigmoid = 1 / (1 + std::exp(-x)), rest = 1 - sigmoid;
    const double slope = silu_scale_ * sigmoid * (1 + x * rest);
    const double curvature = silu_scale_ * sigmoid * rest * (2 + x * (rest - sigmoid));
    ddx = slope * ddx + curvature * dx * dx;
    dx *= slope;
    x *= silu_scale_ * sigmoid;
  }
}

RadialNetwork::Values RadialNetwork::evaluate(const Eigen::VectorXd& distances) const {
  Values values = basis(distances);
  for (std::size_t k = 0; k < 3; ++k) {
    if (k > 0) activate(values);
    values = {values.value * weights_[k], values.slope * weights_[k],
              values.curvature * weights_[k]};
  }
  return values;
}

template <class T>
RadialTable<T>::RadialTable(const SevenNetFile& model, int layer, int outputs)
    : intervals_(static_cast<int>(std::ceil(model.cutoff * knots_per_angstrom))),
      kink_(intervals_),
      outputs_(outputs),
      spacing_(model.cutoff / intervals_) {
  const RadialNetwork network(model, layer, outputs);
  if (!model.envelope.polynomial) {
    kink_ = static_cast<int>(std::lround(model.envelope.on / spacing_));
    if (std::abs(kink_ * spacing_ - model.envelope.on) > 1e-9 || kink_ > intervals_)
      throw core::UserError(core::ExitCode::bad_input,
                            fmt::format("the SevenNet model '{}' has an envelope from {} Å on, "
                                        "which is not a multiple of {} Å",
                                        model.path.string(), model.envelope.on, spacing_));
  }
  rows_.resize(static_cast<std::size_t>(rows_a_knot * (intervals_ + 2) * outputs));
  tabulate(network, 0, kink_);
  tabulate(network, kink_, intervals_);
}

template <class T>
void RadialTable<T>::tabulate(const RadialNetwork& network, int begin, int end) {
  constexpr int block = 32;  // of intervals at a time: little memory
  for (int first = begin; first < end; first += block) {
    const int count = std::min(block, end - first);
    Eigen::VectorXd distances =
        Eigen::VectorXd::LinSpaced(count + 1, first * spacing_, (first + count) * spacing_);
    if (first + count == kink_)  // what comes from below
      distances[count] = std::nextafter(distances[count], 0.0);
    const auto at = network.evaluate(distances);
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
