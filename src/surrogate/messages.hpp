/// Atoms send each other messages along the pairs: products of what the sender knows with the
/// direction between them, weighted by functions of the distance; and the way back.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "core/vector.hpp"
#include "surrogate/features.hpp"
#include "surrogate/graph.hpp"
#include "surrogate/radial_table.hpp"

namespace mlip::surrogate {

/// Pairs, and of each the couplings of all paths with its direction.
template <class T>
struct Geometry {
  std::span<const Pair> pairs;
  std::vector<int> kinds;  ///< which radial table a pair has; empty: the first
  std::vector<double> distances;
  Buffer<T> couplings;  ///< [pair, element]
};

template <class T>
struct PairGradients {
  std::vector<double> distance;
  Buffer<T> couplings;  ///< as in the Geometry, whose size they have
  explicit PairGradients(const Geometry<T>& geometry)
      : distance(geometry.pairs.size(), 0), couplings(geometry.couplings.size(), T(0)) {}
};

/// The couplings (l1, l2, l3) → [2 l1 + 1, 2 l3 + 1] of a network, functions of a direction.
template <class T>
class Couplings {
 public:
  [[nodiscard]] bool has(const std::array<int, 3>& path) const { return starts_.contains(path); }
  /// `values`: [2 l1 + 1, 2 l2 + 1, 2 l3 + 1].
  template <class Value>
  void add(const std::array<int, 3>& path, const std::vector<Value>& values);
  /// First element of a path's coupling among those of a pair.
  [[nodiscard]] int start(const std::array<int, 3>& path) const { return starts_.at(path); }

  [[nodiscard]] Geometry<T> geometry_of(std::span<const Pair> pairs) const;
  /// dE/d vector, eV/Å.
  [[nodiscard]] core::Vec3 vector_gradient(const Geometry<T>& geometry,
                                           const PairGradients<T>& gradients,
                                           std::size_t pair) const;

 private:
  /// An element of a path's coupling: Σ value · Y_harmonic.
  struct Term {
    int element, harmonic;
    T value;
  };
  std::map<std::array<int, 3>, int> starts_;
  std::vector<Term> terms_;
  int size_ = 0, lmax_ = 0;
};

template <class T>
struct Messages {
  Features<T> features;
  Buffer<T> density;  ///< an atom: Σ of the last radial function over its pairs; may be empty
};

template <class T>
class Convolution {
 public:
  Convolution() = default;
  /// Messages along `paths` between features of `in` channels, up to `lmax`; `density` counts with
  /// the radial function after those of the paths.
  Convolution(const std::vector<std::array<int, 3>>& paths, const std::vector<int>& in, int lmax,
              const Couplings<T>& couplings, bool density = false);

  std::vector<RadialTable<T>> radial;  ///< a kind of pair, each of outputs() or more functions
  [[nodiscard]] int outputs() const { return outputs_; }
  [[nodiscard]] const std::vector<int>& middle() const { return shape_.middle; }

  [[nodiscard]] Messages<T> send(const Geometry<T>& geometry, const Features<T>& sources) const;
  /// Gradients by the sources; adds those by the pairs.
  [[nodiscard]] Features<T> send_back(const Geometry<T>& geometry, const Features<T>& sources,
                                      const Messages<T>& by_messages,
                                      PairGradients<T>& gradients) const;

 private:
  [[nodiscard]] const RadialTable<T>& table_of(const Geometry<T>& geometry, std::size_t pair) const;

  MessageShape shape_;
  int outputs_ = 0;
  bool density_ = false;
};

extern template class Couplings<float>;
extern template class Couplings<double>;
extern template class Convolution<float>;
extern template class Convolution<double>;

}  // namespace mlip::surrogate
