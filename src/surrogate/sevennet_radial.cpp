#include "surrogate/sevennet_radial.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace mlip::surrogate {

namespace {

constexpr int hidden = 64;

Eigen::MatrixXd matrix(const std::vector<float>& values, int rows, int columns) {
  using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const RowMajor>(values.data(), rows, columns).cast<double>();
}

Jet envelope_at(const Envelope& envelope, double r, double cutoff) {
  if (envelope.polynomial) return polynomial_envelope(envelope.power, r, cutoff);
  if (r < envelope.on) return {1, 0, 0};
  const double on2 = envelope.on * envelope.on, c2 = cutoff * cutoff, r2 = r * r;
  const double width = std::pow(c2 - on2, 3), gap = c2 - r2;
  return {gap * gap * (c2 + 2 * r2 - 3 * on2) / width, 12 * r * gap * (on2 - r2) / width,
          12 * (gap * (on2 - 3 * r2) - 2 * r2 * (on2 - r2)) / width};
}

Perceptron perceptron_of(const SevenNetFile& model, int layer, int functions, int outputs) {
  const std::array<int, 4> widths = {functions, hidden, hidden, outputs};
  std::vector<Eigen::MatrixXd> weights;
  for (std::size_t k = 0; k < 3; ++k)
    weights.push_back(
        matrix(model.values(fmt::format("{}.radial.{}", layer, k), {widths[k], widths[k + 1]}),
               widths[k], widths[k + 1]));
  return {std::move(weights), model.silu_scale};
}

Eigen::VectorXd bessel_of(const SevenNetFile& model) {
  const auto& bessel = model.at("bessel").values;
  return matrix(bessel, static_cast<int>(bessel.size()), 1);
}

}  // namespace

RadialNetwork::RadialNetwork(const SevenNetFile& model, int layer, int outputs)
    : cutoff_(model.cutoff),
      envelope_(model.envelope),
      bessel_(bessel_of(model)),
      perceptron_(perceptron_of(model, layer, static_cast<int>(bessel_.size()), outputs)) {}

RadialValues RadialNetwork::evaluate(const Eigen::VectorXd& distances) const {
  RadialValues basis(distances.size(), bessel_.size());
  for (Eigen::Index row = 0; row < distances.size(); ++row) {
    const Jet envelope = Jet{2 / cutoff_, 0, 0} * envelope_at(envelope_, distances[row], cutoff_);
    for (Eigen::Index k = 0; k < bessel_.size(); ++k)
      basis.set(row, k, wave_at(bessel_[k], distances[row]) * envelope);
  }
  return perceptron_.apply(std::move(basis));
}

template <class T>
RadialTable<T> sevennet_table(const SevenNetFile& model, int layer, int outputs) {
  const double spacing = model.cutoff / RadialTable<T>::intervals_to(model.cutoff);
  int kink = 0;
  if (!model.envelope.polynomial) {
    kink = static_cast<int>(std::lround(model.envelope.on / spacing));
    if (std::abs(kink * spacing - model.envelope.on) > 1e-9 || model.envelope.on > model.cutoff)
      model.fail(fmt::format("has an envelope from {} Å on, which is not a multiple of {} Å",
                             model.envelope.on, spacing));
  }
  return RadialTable<T>(RadialNetwork(model, layer, outputs), outputs, model.cutoff, kink);
}

template RadialTable<float> sevennet_table(const SevenNetFile&, int, int);
template RadialTable<double> sevennet_table(const SevenNetFile&, int, int);

}  // namespace mlip::surrogate
