#include "surrogate/messages.hpp"

#include <algorithm>
#include <cmath>

#include "surrogate/harmonics.hpp"

namespace mlip::surrogate {

template <class T>
template <class Value>
void Couplings<T>::add(const std::array<int, 3>& path, const std::vector<Value>& values) {
  const auto [l1, l2, l3] = path;
  const int a = components(l1), b = components(l2), c = components(l3);
  for (int m1 = 0; m1 < a; ++m1)
    for (int m2 = 0; m2 < b; ++m2)
      for (int m3 = 0; m3 < c; ++m3) {
        const Value value = values[static_cast<std::size_t>((m1 * b + m2) * c + m3)];
        if (std::abs(value) > Value(1e-6))
          terms_.push_back({size_ + m1 * c + m3, l2 * l2 + m2, T(value)});
      }
  starts_[path] = size_;
  size_ += a * c;
  lmax_ = std::max(lmax_, l2);
}

template <class T>
Geometry<T> Couplings<T>::geometry_of(std::span<const Pair> pairs) const {
  Geometry<T> geometry{pairs, {}, {}, {}};
  const auto size = static_cast<std::size_t>(size_);
  geometry.couplings.assign(pairs.size() * size, T(0));
  for (std::size_t p = 0; p < pairs.size(); ++p) {
    const double distance = pairs[p].vector.norm();
    geometry.distances.push_back(distance);
    const Harmonics y = harmonics(pairs[p].vector / distance, lmax_);
    T* coupling = geometry.couplings.data() + p * size;
    for (const Term& term : terms_)
      coupling[term.element] += term.value * T(y[static_cast<std::size_t>(term.harmonic)]);
  }
  return geometry;
}

template <class T>
core::Vec3 Couplings<T>::vector_gradient(const Geometry<T>& geometry,
                                         const PairGradients<T>& gradients,
                                         std::size_t pair) const {
  Harmonics by_harmonic = {};
  const T* by_coupling = gradients.couplings.data() + pair * static_cast<std::size_t>(size_);
  for (const Term& term : terms_)
    by_harmonic[static_cast<std::size_t>(term.harmonic)] +=
        static_cast<double>(term.value * by_coupling[term.element]);
  const double distance = geometry.distances[pair];
  const core::Vec3 unit = geometry.pairs[pair].vector / distance;
  return gradients.distance[pair] * unit + harmonics_along(unit, lmax_, by_harmonic) / distance;
}

template <class T>
Convolution<T>::Convolution(const std::vector<std::array<int, 3>>& paths,
                            const std::vector<int>& in, int lmax, const Couplings<T>& couplings,
                            bool density)
    : density_(density) {
  shape_.in = in;
  shape_.middle.assign(static_cast<std::size_t>(lmax + 1), 0);
  for (const auto& path : paths) {
    int& slot = shape_.middle[static_cast<std::size_t>(path[2])];
    const int channels = in[static_cast<std::size_t>(path[0])];
    shape_.paths.push_back(
        {path[0], path[1], path[2], channels, outputs_, slot, couplings.start(path)});
    outputs_ += channels;
    slot += channels;
  }
}

template <class T>
const RadialTable<T>& Convolution<T>::table_of(const Geometry<T>& geometry,
                                               std::size_t pair) const {
  return radial[geometry.kinds.empty() ? 0 : static_cast<std::size_t>(geometry.kinds[pair])];
}

template <class T>
Messages<T> Convolution<T>::send(const Geometry<T>& geometry, const Features<T>& sources) const {
  const std::size_t atoms = sources.atoms(), size = geometry.couplings.size();
  Messages<T> messages{Features<T>(atoms, shape_.middle), Buffer<T>(density_ ? atoms : 0, T(0))};
  Buffer<T> weights(static_cast<std::size_t>(radial.front().outputs()));
  for (std::size_t p = 0; p < geometry.pairs.size(); ++p) {
    const auto i = static_cast<std::size_t>(geometry.pairs[p].i);
    const auto j = static_cast<std::size_t>(geometry.pairs[p].j);
    table_of(geometry, p).weights(geometry.distances[p], weights.data());
    const T* coupling = geometry.couplings.data() + p * (size / geometry.pairs.size());
    surrogate::send(shape_, Edge<T>{coupling, weights.data(), false}, sources.of(j),
                    messages.features.of(i));
    surrogate::send(shape_, Edge<T>{coupling, weights.data(), true}, sources.of(i),
                    messages.features.of(j));
    if (!density_) continue;
    messages.density[i] += weights[static_cast<std::size_t>(outputs_)];
    messages.density[j] += weights[static_cast<std::size_t>(outputs_)];
  }
  return messages;
}

template <class T>
Features<T> Convolution<T>::send_back(const Geometry<T>& geometry, const Features<T>& sources,
                                      const Messages<T>& by_messages,
                                      PairGradients<T>& gradients) const {
  Features<T> by_sources(sources.atoms(), shape_.in);
  const auto functions = static_cast<std::size_t>(radial.front().outputs());
  Buffer<T> weights(functions), by_weights(functions);
  for (std::size_t p = 0; p < geometry.pairs.size(); ++p) {
    const auto i = static_cast<std::size_t>(geometry.pairs[p].i);
    const auto j = static_cast<std::size_t>(geometry.pairs[p].j);
    const RadialTable<T>& table = table_of(geometry, p);
    table.weights(geometry.distances[p], weights.data());
    std::fill(by_weights.begin(), by_weights.end(), T(0));
    const std::size_t first = p * (geometry.couplings.size() / geometry.pairs.size());
    const T* coupling = geometry.couplings.data() + first;
    T* by_coupling = gradients.couplings.data() + first;
    surrogate::send_back(shape_, Edge<T>{coupling, weights.data(), false}, sources.of(j),
                         by_messages.features.of(i),
                         EdgeGradients<T>{by_sources.of(j), by_weights.data(), by_coupling});
    surrogate::send_back(shape_, Edge<T>{coupling, weights.data(), true}, sources.of(i),
                         by_messages.features.of(j),
                         EdgeGradients<T>{by_sources.of(i), by_weights.data(), by_coupling});
    if (density_)
      by_weights[static_cast<std::size_t>(outputs_)] =
          by_messages.density[i] + by_messages.density[j];
    gradients.distance[p] += table.slope_along(geometry.distances[p], by_weights.data());
  }
  return by_sources;
}

template class Couplings<float>;
template class Couplings<double>;
template class Convolution<float>;
template class Convolution<double>;
template void Couplings<float>::add(const std::array<int, 3>&, const std::vector<float>&);
template void Couplings<double>::add(const std::array<int, 3>&, const std::vector<float>&);
template void Couplings<double>::add(const std::array<int, 3>&, const std::vector<double>&);

}  // namespace mlip::surrogate
