#include "surrogate/features.hpp"

namespace mlip::surrogate {

namespace {

/// y += x · maps for the atoms first ≤ i < last.
template <class T>
void add_products(const std::vector<PackedMatrix<T>>& maps, const Features<T>& x, Features<T>& y,
                  std::size_t first, std::size_t last) {
  for (std::size_t l = 0; l < maps.size(); ++l) {
    const auto rows = static_cast<std::size_t>(components(int(l)));
    const PackedMatrix<T>& map = maps[l];
    if (map.inputs > 0)
      add_product(map, x.values[l].data() + first * rows * static_cast<std::size_t>(map.inputs),
                  int((last - first) * rows),
                  y.values[l].data() + first * rows * static_cast<std::size_t>(map.outputs));
  }
}

template <class Atom, class Values>
Atom parts(Values& values, const std::vector<int>& channels, std::size_t atom) {
  Atom result = {};
  for (std::size_t l = 0; l < channels.size(); ++l)
    result[l] =
        values[l].data() + atom * static_cast<std::size_t>(components(int(l)) * channels[l]);
  return result;
}

}  // namespace

template <class T>
Features<T>::Features(std::size_t atoms, const std::vector<int>& channels_of_l)
    : channels(channels_of_l) {
  for (std::size_t l = 0; l < channels.size(); ++l)
    values[l].assign(atoms * static_cast<std::size_t>(components(int(l)) * channels[l]), T(0));
}

template <class T>
AtomFeatures<T> Features<T>::of(std::size_t atom) {
  return parts<AtomFeatures<T>>(values, channels, atom);
}

template <class T>
AtomFeatures<const T> Features<T>::of(std::size_t atom) const {
  return parts<AtomFeatures<const T>>(values, channels, atom);
}

template <class T>
void LinearMaps<T>::add(const Features<T>& x, Features<T>& y, std::size_t first,
                        std::size_t last) const {
  add_products(forward, x, y, first, last);
}

template <class T>
void LinearMaps<T>::add_back(const Features<T>& y, Features<T>& x, std::size_t first,
                             std::size_t last) const {
  add_products(transposed, y, x, first, last);
}

template <class T>
void LinearMaps<T>::add(const Features<T>& x, Features<T>& y) const {
  add(x, y, 0, x.atoms());
  for (std::size_t k = 0; !bias.empty() && k < y.values[0].size(); ++k)
    y.values[0][k] += bias[k % bias.size()];
}

template <class T>
void LinearMaps<T>::add_back(const Features<T>& y, Features<T>& x) const {
  add_back(y, x, 0, y.atoms());
}

template struct Features<float>;
template struct Features<double>;
template struct LinearMaps<float>;
template struct LinearMaps<double>;

}  // namespace mlip::surrogate
