#include "surrogate/sevennet_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "surrogate/sevennet_harmonics.hpp"

namespace mlip::surrogate {

namespace {

int components(int l) {
  return 2 * l + 1;
}

int at(const std::vector<int>& channels, int l) {
  return static_cast<std::size_t>(l) < channels.size() ? channels[static_cast<std::size_t>(l)] : 0;
}

template <class T>
LinearMaps<T> maps_of(const SevenNetFile& model, const std::string& name,
                      const std::vector<int>& in, const std::vector<int>& out) {
  LinearMaps<T> maps;
  for (int l = 0; l < static_cast<int>(out.size()); ++l) {
    maps.forward.emplace_back();
    maps.transposed.emplace_back();
    const int inputs = at(in, l), outputs = at(out, l);
    if (inputs == 0) continue;
    const auto& values = model.values(fmt::format("{}.{}", name, l), {inputs, outputs});
    maps.forward.back() = PackedMatrix<T>(values, inputs, outputs, false);
    maps.transposed.back() = PackedMatrix<T>(values, outputs, inputs, true);
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
Features<T>::Features(std::size_t atoms, const std::vector<int>& channels_of_l)
    : channels(channels_of_l) {
  for (std::size_t l = 0; l < channels.size(); ++l)
    values[l].assign(atoms * static_cast<std::size_t>(components(int(l)) * channels[l]), T(0));
}

template <class T>
AtomFeatures<T> Features<T>::of(std::size_t atom) {
  AtomFeatures<T> result = {};
  for (std::size_t l = 0; l < channels.size(); ++l)
    result[l] =
        values[l].data() + atom * static_cast<std::size_t>(components(int(l)) * channels[l]);
  return result;
}

template <class T>
AtomFeatures<const T> Features<T>::of(std::size_t atom) const {
  AtomFeatures<const T> result = {};
  for (std::size_t l = 0; l < channels.size(); ++l)
    result[l] =
        values[l].data() + atom * static_cast<std::size_t>(components(int(l)) * channels[l]);
  return result;
}

template <class T>
void LinearMaps<T>::add(const Features<T>& x, Features<T>& y) const {
  for (std::size_t l = 0; l < forward.size(); ++l)
    if (forward[l].inputs > 0)
      add_product(forward[l], x.values[l].data(), int(x.values[l].size()) / forward[l].inputs,
                  y.values[l].data());
  for (std::size_t k = 0; !bias.empty() && k < y.values[0].size(); ++k)
    y.values[0][k] += bias[k % bias.size()];
}

template <class T>
void LinearMaps<T>::add_back(const Features<T>& y, Features<T>& x) const {
  for (std::size_t l = 0; l < transposed.size(); ++l)
    if (transposed[l].inputs > 0)
      add_product(transposed[l], y.values[l].data(), int(y.values[l].size()) / transposed[l].inputs,
                  x.values[l].data());
}

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

/// First element of a path's coupling among those of an edge.
template <class T>
int SevenNetNetwork<T>::coupling_of(const SevenNetFile& model, const std::array<int, 3>& path) {
  const auto [found, added] = coupling_starts_.try_emplace(path, coupling_size_);
  if (!added) return found->second;
  const auto [l1, l2, l3] = path;
  const int a = components(l1), b = components(l2), c = components(l3);
  const auto& values = model.values(fmt::format("coupling.{}.{}.{}", l1, l2, l3), {a, b, c});
  for (int m1 = 0; m1 < a; ++m1)
    for (int m2 = 0; m2 < b; ++m2)
      for (int m3 = 0; m3 < c; ++m3) {
        const float value = values[static_cast<std::size_t>((m1 * b + m2) * c + m3)];
        if (std::abs(value) > 1e-6F)
          coupling_terms_.push_back({coupling_size_ + m1 * c + m3, l2 * l2 + m2, T(value)});
      }
  coupling_size_ += a * c;
  lmax_edge_ = std::max(lmax_edge_, l2);
  return found->second;
}

template <class T>
typename SevenNetNetwork<T>::Layer SevenNetNetwork<T>::make_layer(const SevenNetFile& model,
                                                                  int index) {
  const LayerShape& shape = model.layers[static_cast<std::size_t>(index)];
  MessageShape messages;
  messages.in = shape.in;
  messages.middle.assign(shape.out.size(), 0);
  int outputs = 0;
  for (const auto& path : shape.paths) {
    int& slot = messages.middle[static_cast<std::size_t>(path[2])];
    const int channels = at(shape.in, path[0]);
    messages.paths.push_back(
        {path[0], path[1], path[2], channels, outputs, slot, coupling_of(model, path)});
    outputs += channels;
    slot += channels;
  }
  std::vector<int> gated = shape.out;
  for (std::size_t l = 1; l < shape.out.size(); ++l) gated[0] += shape.out[l];
  return {shape,
          gated,
          messages,
          maps_of<T>(model, fmt::format("{}.self_connection", index), shape.in, gated),
          maps_of<T>(model, fmt::format("{}.mix_in", index), shape.in, shape.in),
          maps_of<T>(model, fmt::format("{}.mix_out", index), messages.middle, gated),
          RadialTable<T>(model, index, outputs),
          outputs};
}

template <class T>
typename SevenNetNetwork<T>::Geometry SevenNetNetwork<T>::geometry_of(
    std::span<const Pair> pairs) const {
  Geometry geometry{pairs, {}, {}};
  const auto size = static_cast<std::size_t>(coupling_size_);
  geometry.couplings.assign(pairs.size() * size, T(0));
  for (std::size_t p = 0; p < pairs.size(); ++p) {
    const double distance = pairs[p].vector.norm();
    geometry.distances.push_back(distance);
    const Harmonics y = harmonics(pairs[p].vector / distance, lmax_edge_);
    T* coupling = geometry.couplings.data() + p * size;
    for (const CouplingTerm& term : coupling_terms_)
      coupling[term.element] += term.value * T(y[static_cast<std::size_t>(term.harmonic)]);
  }
  return geometry;
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

template <class T>
Features<T> SevenNetNetwork<T>::messages_of(const Layer& layer, const Geometry& geometry,
                                            const Features<T>& sources) const {
  const std::size_t atoms = sources.values[0].size() / static_cast<std::size_t>(layer.shape.in[0]);
  Features<T> messages(atoms, layer.messages.middle);
  Buffer<T> weights(static_cast<std::size_t>(layer.radial_outputs));
  for (std::size_t p = 0; p < geometry.pairs.size(); ++p) {
    const auto i = static_cast<std::size_t>(geometry.pairs[p].i);
    const auto j = static_cast<std::size_t>(geometry.pairs[p].j);
    layer.radial.weights(geometry.distances[p], weights.data());
    const T* coupling = geometry.couplings.data() + p * static_cast<std::size_t>(coupling_size_);
    send(layer.messages, Edge<T>{coupling, weights.data(), false}, sources.of(j), messages.of(i));
    send(layer.messages, Edge<T>{coupling, weights.data(), true}, sources.of(i), messages.of(j));
  }
  return messages;
}

/// Scalars pass through silu; the others are multiplied by silu of a scalar each.
template <class T>
void SevenNetNetwork<T>::gate(const Layer& layer, const Features<T>& before,
                              Features<T>& after) const {
  const auto& out = layer.shape.out;
  const T scale = T(silu_scale_);
  const std::size_t atoms = after.values[0].size() / static_cast<std::size_t>(out[0]);
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
  const std::size_t atoms = by_after.values[0].size() / static_cast<std::size_t>(out[0]);
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
Features<T> SevenNetNetwork<T>::messages_back(const Layer& layer, const Geometry& geometry,
                                              const Features<T>& sources,
                                              const Features<T>& by_messages,
                                              PairGradients& gradients) const {
  const std::size_t atoms = sources.values[0].size() / static_cast<std::size_t>(layer.shape.in[0]);
  Features<T> by_sources(atoms, layer.shape.in);
  const auto outputs = static_cast<std::size_t>(layer.radial_outputs);
  Buffer<T> weights(outputs), by_weights(outputs);
  for (std::size_t p = 0; p < geometry.pairs.size(); ++p) {
    const auto i = static_cast<std::size_t>(geometry.pairs[p].i);
    const auto j = static_cast<std::size_t>(geometry.pairs[p].j);
    layer.radial.weights(geometry.distances[p], weights.data());
    std::fill(by_weights.begin(), by_weights.end(), T(0));
    const std::size_t first = p * static_cast<std::size_t>(coupling_size_);
    const T* coupling = geometry.couplings.data() + first;
    T* by_coupling = gradients.couplings.data() + first;
    send_back(layer.messages, Edge<T>{coupling, weights.data(), false}, sources.of(j),
              by_messages.of(i),
              EdgeGradients<T>{by_sources.of(j), by_weights.data(), by_coupling});
    send_back(layer.messages, Edge<T>{coupling, weights.data(), true}, sources.of(i),
              by_messages.of(j),
              EdgeGradients<T>{by_sources.of(i), by_weights.data(), by_coupling});
    gradients.distance[p] += layer.radial.slope_along(geometry.distances[p], by_weights.data());
  }
  return by_sources;
}

template <class T>
typename SevenNetNetwork<T>::PairGradients SevenNetNetwork<T>::backward(
    const Geometry& geometry, const Tape& tape, Features<T> by_features) const {
  PairGradients gradients{std::vector<double>(geometry.pairs.size(), 0),
                          Buffer<T>(geometry.couplings.size(), T(0))};
  const std::size_t atoms =
      by_features.values[0].size() / static_cast<std::size_t>(by_features.channels[0]);
  for (std::size_t t = layers_.size(); t-- > 0;) {
    const Layer& layer = layers_[t];
    Features<T> by_gated(atoms, layer.gated), by_messages(atoms, layer.messages.middle);
    gate_back(layer, tape.before_gate[t], by_features, by_gated);
    layer.mix_out.add_back(by_gated, by_messages);
    const Features<T> by_sources =
        messages_back(layer, geometry, tape.sources[t], by_messages, gradients);
    if (t == 0) break;
    by_features = Features<T>(atoms, layer.shape.in);
    layer.self_connection.add_back(by_gated, by_features);
    layer.mix_in.add_back(by_sources, by_features);
  }
  return gradients;
}

template <class T>
core::Vec3 SevenNetNetwork<T>::vector_gradient(const Geometry& geometry,
                                               const PairGradients& gradients,
                                               std::size_t pair) const {
  Harmonics by_harmonic = {};
  const T* by_coupling =
      gradients.couplings.data() + pair * static_cast<std::size_t>(coupling_size_);
  for (const CouplingTerm& term : coupling_terms_)
    by_harmonic[static_cast<std::size_t>(term.harmonic)] +=
        static_cast<double>(term.value * by_coupling[term.element]);
  const double distance = geometry.distances[pair];
  const core::Vec3 unit = geometry.pairs[pair].vector / distance;
  return gradients.distance[pair] * unit +
         harmonics_along(unit, lmax_edge_, by_harmonic) / distance;
}

template <class T>
typename SevenNetNetwork<T>::Result SevenNetNetwork<T>::compute(std::span<const int> types,
                                                                std::span<const Pair> pairs) const {
  const Geometry geometry = geometry_of(pairs);
  const std::size_t atoms = types.size();
  Tape tape;
  Features<T> features = embed(types);
  for (const Layer& layer : layers_) {
    tape.sources.emplace_back(atoms, layer.shape.in);
    layer.mix_in.add(features, tape.sources.back());
    const Features<T> messages = messages_of(layer, geometry, tape.sources.back());
    tape.before_gate.emplace_back(atoms, layer.gated);
    layer.self_connection.add(features, tape.before_gate.back());
    layer.mix_out.add(messages, tape.before_gate.back());
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
  const PairGradients gradients = backward(geometry, tape, std::move(by_features));
  for (std::size_t p = 0; p < pairs.size(); ++p)
    result.pair_gradients.push_back(vector_gradient(geometry, gradients, p));
  return result;
}

template struct Features<float>;
template struct Features<double>;
template class SevenNetNetwork<float>;
template class SevenNetNetwork<double>;

}  // namespace mlip::surrogate
