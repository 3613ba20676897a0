/// What a network knows of each atom, channels of real spherical tensors, and linear maps of it.
#pragma once

#include <array>
#include <vector>

#include "surrogate/kernels.hpp"

namespace mlip::surrogate {

/// Number of components of an angular momentum.
[[nodiscard]] constexpr int components(int l) {
  return 2 * l + 1;
}

/// Features of all atoms: those of each l are [atom, 2l + 1, channels].
template <class T>
struct Features {
  std::vector<int> channels;
  std::array<Buffer<T>, 4> values;

  /// All zero.
  Features(std::size_t atoms, const std::vector<int>& channels_of_l);
  [[nodiscard]] AtomFeatures<T> of(std::size_t atom);
  [[nodiscard]] AtomFeatures<const T> of(std::size_t atom) const;
  [[nodiscard]] std::size_t atoms() const {
    return values[0].size() / static_cast<std::size_t>(channels[0]);
  }
};

/// Linear maps of each l, and a constant for the scalars.
template <class T>
struct LinearMaps {
  std::vector<PackedMatrix<T>> forward, transposed;  ///< empty where there is no map
  Buffer<T> bias;                                    ///< of the outputs of l = 0, or empty

  /// One more map, [in, out]; without `values` none.
  template <class Value>
  void append(const Value* values, int in, int out) {
    forward.emplace_back();
    transposed.emplace_back();
    if (values == nullptr) return;
    forward.back() = PackedMatrix<T>(values, in, out, false);
    transposed.back() = PackedMatrix<T>(values, out, in, true);
  }
  /// y += maps of x, and the bias.
  void add(const Features<T>& x, Features<T>& y) const;
  /// x += transposed maps of y.
  void add_back(const Features<T>& y, Features<T>& x) const;
  /// The same for the atoms first ≤ i < last only, without the bias.
  void add(const Features<T>& x, Features<T>& y, std::size_t first, std::size_t last) const;
  void add_back(const Features<T>& y, Features<T>& x, std::size_t first, std::size_t last) const;
};

extern template struct Features<float>;
extern template struct Features<double>;
extern template struct LinearMaps<float>;
extern template struct LinearMaps<double>;

}  // namespace mlip::surrogate
