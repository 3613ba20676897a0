#include "surrogate/sevennet_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "surrogate/sevennet_radial.hpp"

namespace mlip::surrogate {

namespace {

int at(const std::vector<int>& channels, int l) {
  return static_cast<std::size_t>(l) < channels.size() ? channels[static_cast<std::size_t>(l)] : 0;
}

template <class T>
LinearMaps<T> maps_of(const SevenNetFile& model, const std::string& name,
                      const std::vector<int>& in, const std::vector<int>& out) {
  LinearMaps<T> maps;
  for (int l = 0; l < static_cast<int>(out.size()); ++l) {
    const int inputs = at(in, l), outputs = at(out, l);
    const float* none = nullptr;
    maps.append(
        inputs == 0 ? none : model.values(fmt::format("{}.{}", name, l), {inputs, outputs}).data(),
        inputs, outputs);
  }
  if (const std::string bias = name + ".bias"; model.has(bias)) {
    const auto& values = model.values(bias, {at(out, 0)});
    maps.bias.assign(values.begin(), values.end());
  }
  return maps;
}

/// silu(x) · scale and its derivative.
template <class T>
struct Silu {
  T value, slope;
  Silu(T x, T scale) {
    const T sigmoid = 1 / (1 + std::exp(-x));
    value = scale * x * sigmoid;
    slope = scale * sigmoid * (1 + x * (1 - sigmoid));
  }
};

}  // namespace

template <class T>
SevenNetNetwork<T>::SevenNetNetwork(const SevenNetFile& model)
    : silu_scale_(model.silu_scale), readout_bias_(model.values("readout_bias", {1}).front()) {
  const int species = static_cast<int>(model.species.size());
  for (int t = 0; t < static_cast<int>(model.layers.size()); ++t)
    layers_.push_back(make_layer(model, t));
  embedding_ = model.values("embedding.0", {species, layers_.front().shape.in[0]});
  readout_ = model.values("readout", {layers_.back().shape.out[0]});
  scale_ = model.values("scale", {species});
  shift_ = model.values("shift", {species});
}

template <class T>
typename SevenNetNetwork<T>::Layer SevenNetNetwork<T>::make_layer(const SevenNetFile& model,
                                                                  int index) {
  const LayerShape& shape = model.layers[static_cast<std::size_t>(index)];
  for (const auto& path : shape.paths) {
    const auto [l1, l2, l3] = path;
    if (!couplings_.has(path))
      couplings_.add(path, model.values(fmt::format("coupling.{}.{}.{}", l1, l2, l3),
                                        {components(l1), components(l2), components(l3)}));
  }
  Convolution<T> convolution(shape.paths, shape.in, int(shape.out.size()) - 1, couplings_);
  convolution.radial.push_back(sevennet_table<T>(model, index, convolution.outputs()));
  std::vector<int> gated = shape.out;
  for (std::size_t l = 1; l < shape.out.size(); ++l) gated[0] += shape.out[l];
  auto mix_out = maps_of<T>(model, fmt::format("{}.mix_out", index), convolution.middle(), gated);
  return {shape,
          gated,
          std::move(convolution),
          maps_of<T>(model, fmt::format("{}.self_connection", index), shape.in, gated),
          maps_of<T>(model, fmt::format("{}.mix_in", index), shape.in, shape.in),
          std::move(mix_out)};
}

template <class T>
Features<T> SevenNetNetwork<T>::embed(std::span<const int> types) const {
  Features<T> features(types.size(), layers_.front().shape.in);
  const auto channels = static_cast<std::size_t>(features.channels[0]);
  for (std::size_t i = 0; i < types.size(); ++i)
    for (std::size_t c = 0; c < channels; ++c)
      features.values[0][i * channels + c] =
          T(embedding_[static_cast<std::size_t>(types[i]) * channels + c]);
  return features;
}

/// Scalars pass through silu; the others are multiplied by silu of a scalar each.
template <class T>
void SevenNetNetwork<T>::gate(const Layer& layer, const Features<T>& before,
                              Features<T>& after) const {
  const auto& out = layer.shape.out;
  const T scale = T(silu_scale_);
  const std::size_t atoms = after.atoms();
  for (std::size_t i = 0; i < atoms; ++i) {
    const auto x = before.of(i);
    const auto y = after.of(i);
    for (int c = 0; c < out[0]; ++c) y[0][c] = Silu(x[0][c], scale).value;
    const T* gates = x[0] + out[0];
    for (std::size_t l = 1; l < out.size(); gates += out[l], ++l)
      for (int c = 0; c < out[l]; ++c) {
        const T factor = Silu(gates[c], scale).value;
        for (int k = c; k < components(int(l)) * out[l]; k += out[l]) y[l][k] = factor * x[l][k];
      }
  }
}

template <class T>
void SevenNetNetwork<T>::gate_back(const Layer& layer, const Features<T>& before,
                                   const Features<T>& by_after, Features<T>& by_before) const {
  const auto& out = layer.shape.out;
  const T scale = T(silu_scale_);
  const std::size_t atoms = by_after.atoms();
  for (std::size_t i = 0; i < atoms; ++i) {
    const auto x = before.of(i);
    const auto by_y = by_after.of(i);
    const auto by_x = by_before.of(i);
    for (int c = 0; c < out[0]; ++c) by_x[0][c] = by_y[0][c] * Silu(x[0][c], scale).slope;
    int first = out[0];
    for (std::size_t l = 1; l < out.size(); first += out[l], ++l)
      for (int c = 0; c < out[l]; ++c) {
        const Silu<T> silu(x[0][first + c], scale);
        T sum = 0;
        for (int k = c; k < components(int(l)) * out[l]; k += out[l]) {
          sum += by_y[l][k] * x[l][k];
          by_x[l][k] = by_y[l][k] * silu.value;
        }
        by_x[0][first + c] = sum * silu.slope;
      }
  }
}

template <class T>
PairGradients<T> SevenNetNetwork<T>::backward(const Geometry<T>& geometry, const Tape& tape,
                                              Features<T> by_features) const {
  PairGradients<T> gradients(geometry);
  const std::size_t atoms = by_features.atoms();
  for (std::size_t t = layers_.size(); t-- > 0;) {
    const Layer& layer = layers_[t];
    Features<T> by_gated(atoms, layer.gated);
    Messages<T> by_messages{Features<T>(atoms, layer.convolution.middle()), {}};
    gate_back(layer, tape.before_gate[t], by_features, by_gated);
    layer.mix_out.add_back(by_gated, by_messages.features);
    const Features<T> by_sources =
        layer.convolution.send_back(geometry, tape.sources[t], by_messages, gradients);
    if (t == 0) break;
    by_features = Features<T>(atoms, layer.shape.in);
    layer.self_connection.add_back(by_gated, by_features);
    layer.mix_in.add_back(by_sources, by_features);
  }
  return gradients;
}

template <class T>
typename SevenNetNetwork<T>::Result SevenNetNetwork<T>::compute(std::span<const int> types,
                                                                std::span<const Pair> pairs) const {
  const Geometry<T> geometry = couplings_.geometry_of(pairs);
  const std::size_t atoms = types.size();
  Tape tape;
  Features<T> features = embed(types);
  for (const Layer& layer : layers_) {
    tape.sources.emplace_back(atoms, layer.shape.in);
    layer.mix_in.add(features, tape.sources.back());
    const Messages<T> messages = layer.convolution.send(geometry, tape.sources.back());
    tape.before_gate.emplace_back(atoms, layer.gated);
    layer.self_connection.add(features, tape.before_gate.back());
    layer.mix_out.add(messages.features, tape.before_gate.back());
    features = Features<T>(atoms, layer.shape.out);
    gate(layer, tape.before_gate.back(), features);
  }
  Result result;
  Features<T> by_features(atoms, layers_.back().shape.out);
  for (std::size_t i = 0; i < atoms; ++i) {
    const auto type = static_cast<std::size_t>(types[i]);
    const double scale = static_cast<double>(scale_[type]);
    double sum = readout_bias_;
    for (std::size_t c = 0; c < readout_.size(); ++c) {
      sum += static_cast<double>(features.of(i)[0][c]) * static_cast<double>(readout_[c]);
      by_features.of(i)[0][c] = T(scale * static_cast<double>(readout_[c]));
    }
    result.energies.push_back(scale * sum + static_cast<double>(shift_[type]));
    result.features.push_back(
        Eigen::Map<const Eigen::VectorX<T>>(features.of(i)[0], Eigen::Index(readout_.size()))
            .template cast<double>());
  }
  const PairGradients<T> gradients = backward(geometry, tape, std::move(by_features));
  for (std::size_t p = 0; p < pairs.size(); ++p)
    result.pair_gradients.push_back(couplings_.vector_gradient(geometry, gradients, p));
  return result;
}

template class SevenNetNetwork<float>;
template class SevenNetNetwork<double>;

}  // namespace mlip::surrogate
