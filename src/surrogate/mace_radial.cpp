#include "surrogate/mace_radial.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace mlip::surrogate {

namespace {

using RowMajorMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Perceptron mace_perceptron(const MaceFile& model, int layer) {
  std::vector<Eigen::MatrixXd> weights;
  int inputs = static_cast<int>(model.at("bessel").values.size());
  for (int k = 0; k < model.layers[static_cast<std::size_t>(layer)].radial_layers; ++k) {
    const std::string name = fmt::format("{}.radial.{}", layer, k);
    const auto& shape = model.at(name).shape;
    const int outputs = shape.size() == 2 ? shape[1] : 0;
    weights.emplace_back(Eigen::Map<const RowMajorMatrix>(
        model.values(name, {inputs, outputs}).data(), inputs, outputs));
    inputs = outputs;
  }
  return {std::move(weights), model.silu_scale};
}

Eigen::VectorXd vector_of(const std::vector<double>& values) {
  return Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
}

/// s^e
Jet power_of(double s, double e) {
  return {std::pow(s, e), e * std::pow(s, e - 1), e * (e - 1) * std::pow(s, e - 2)};
}

/// 1/x
Jet inverse_of(double x) {
  return {1 / x, -1 / (x * x), 2 / (x * x * x)};
}

/// tanh(x²)
Jet squashed(double x) {
  const double t = std::tanh(x * x), rest = 1 - t * t;
  return {t, 2 * x * rest, 2 * rest - 8 * x * x * t * rest};
}

}  // namespace

MaceRadial::MaceRadial(const MaceFile& model, int layer, int a, int b)
    : cutoff_(model.cutoff),
      power_(model.power),
      radius_(0),
      agnesi_(model.agnesi),
      bessel_(vector_of(model.at("bessel").values)),
      perceptron_(mace_perceptron(model, layer)),
      outputs_(model.channels *
               static_cast<int>(model.layers[static_cast<std::size_t>(layer)].paths.size())) {
  const auto& radii = model.values("radii", {static_cast<int>(model.numbers.size())});
  radius_ = (radii[static_cast<std::size_t>(a)] + radii[static_cast<std::size_t>(b)]) / 2;
  const std::string density = fmt::format("{}.density", layer);
  if (model.has(density)) {
    density_ = vector_of(model.values(density, {static_cast<int>(bessel_.size())}));
    outputs_ += 16;
  }
}

/// The argument of the Bessel functions.
Jet MaceRadial::transformed(double r) const {
  if (!agnesi_) return {r, 1, 0};
  const double s = r / radius_;
  const auto [a, p, q] = *agnesi_;
  const Jet top = power_of(s, p), bottom = power_of(s, p - q);
  const Jet ratio = top * chain(inverse_of(1 + bottom.value), bottom);
  const Jet of_s =
      chain(inverse_of(1 + a * ratio.value), {0, a * ratio.slope, a * ratio.curvature});
  return {of_s.value, of_s.slope / radius_, of_s.curvature / (radius_ * radius_)};
}

RadialValues MaceRadial::evaluate(const Eigen::VectorXd& distances) const {
  RadialValues basis(distances.size(), bessel_.size());
  const double prefactor = std::sqrt(2 / cutoff_);
  for (Eigen::Index row = 0; row < distances.size(); ++row) {
    const double r = distances[row];
    const Jet envelope = Jet{prefactor, 0, 0} * polynomial_envelope(power_, r, cutoff_);
    const Jet argument = transformed(r);
    for (Eigen::Index k = 0; k < bessel_.size(); ++k)
      basis.set(row, k, chain(wave_at(bessel_[k], argument.value), argument) * envelope);
  }
  const RadialValues density_of = [&] {
    RadialValues sums(basis.value.rows(), 1);
    if (density_.size() == 0) return sums;
    sums.value = basis.value * density_;
    sums.slope = basis.slope * density_;
    sums.curvature = basis.curvature * density_;
    return sums;
  }();
  RadialValues weights = perceptron_.apply(std::move(basis));
  const Eigen::Index messages = weights.value.cols();
  for (auto* matrix : {&weights.value, &weights.slope, &weights.curvature}) {
    matrix->conservativeResize(Eigen::NoChange, outputs_);
    matrix->rightCols(outputs_ - messages).setZero();
  }
  for (Eigen::Index row = 0; density_.size() > 0 && row < distances.size(); ++row) {
    const Jet sum = {density_of.value(row, 0), density_of.slope(row, 0),
                     density_of.curvature(row, 0)};
    weights.set(row, messages, chain(squashed(sum.value), sum));
  }
  return weights;
}

Jet repulsion_at(const Repulsion& repulsion, const std::array<int, 2>& numbers, double radii,
                 double r) {
  if (r >= radii) return {0, 0, 0};
  constexpr double coulomb = 14.3996, bohr = 0.529;  // eV Å and Å, as the package has them
  constexpr std::array<double, 4> rates = {3.2, 0.9423, 0.4028, 0.2016};
  const double a =
      repulsion.prefactor * bohr /
      (std::pow(numbers[0], repulsion.exponent) + std::pow(numbers[1], repulsion.exponent));
  Jet screening = {0, 0, 0};
  for (std::size_t k = 0; k < rates.size(); ++k) {
    const double rate = rates[k] / a, value = repulsion.coefficients[k] * std::exp(-rate * r);
    screening.value += value;
    screening.slope -= rate * value;
    screening.curvature += rate * rate * value;
  }
  return Jet{coulomb * numbers[0] * numbers[1], 0, 0} * inverse_of(r) * screening *
         polynomial_envelope(repulsion.power, r, radii);
}

}  // namespace mlip::surrogate
