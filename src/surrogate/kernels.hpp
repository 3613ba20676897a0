/// The loops a network spends its time in, for float and double, compiled for the vector units the
/// machine may have and chosen when the program starts.  Channels come in multiples of 16.
#pragma once

#include <array>
#include <cstddef>
#include <new>
#include <vector>

#include "core/error.hpp"

namespace mlip::surrogate {

/// Memory at the start of a cache line.
template <class T>
struct CacheLineAllocator {
  using value_type = T;
  CacheLineAllocator() = default;
  template <class U>
  explicit CacheLineAllocator(const CacheLineAllocator<U>&) {}
  T* allocate(std::size_t count) {
    return static_cast<T*>(::operator new(count * sizeof(T), std::align_val_t(64)));
  }
  void deallocate(T* place, std::size_t) { ::operator delete(place, std::align_val_t(64)); }
  bool operator==(const CacheLineAllocator&) const { return true; }
};
template <class T>
using Buffer = std::vector<T, CacheLineAllocator<T>>;

inline constexpr int panel = 16;  ///< columns

/// A matrix [in, out] in panels of 16 columns, each panel row by row.
template <class T>
struct PackedMatrix {
  int inputs = 0, outputs = 0;
  Buffer<T> panels;

  PackedMatrix() = default;
  /// `transposed` packs the transpose of `values`, which is [out, in] then.
  template <class Value>
  PackedMatrix(const Value* values, int in, int out, bool transposed);
};

template <class T>
template <class Value>
PackedMatrix<T>::PackedMatrix(const Value* values, int in, int out, bool transposed)
    : inputs(in), outputs(out) {
  MLIP_ASSERT(out % panel == 0);
  panels.resize(static_cast<std::size_t>(in) * static_cast<std::size_t>(out));
  for (int i = 0; i < in; ++i)
    for (int o = 0; o < out; ++o)
      panels[static_cast<std::size_t>((o / panel * in + i) * panel + o % panel)] =
          static_cast<T>(values[transposed ? o * in + i : i * out + o]);
}

/// y += x · matrix, for `rows` rows one after the other.
void add_product(const PackedMatrix<float>& matrix, const float* x, int rows, float* y);
void add_product(const PackedMatrix<double>& matrix, const double* x, int rows, double* y);

template <class T>
using RowFactors = std::array<T, 6>;

/// result = Σ_k factors[k] · row k, for 6 rows of `count` one after the other.
void combine(const float* rows, int count, const RowFactors<float>& factors, float* result);
void combine(const double* rows, int count, const RowFactors<double>& factors, double* result);
/// Σ_n gradient[n] · that.
double combine_along(const float* rows, int count, const RowFactors<float>& factors,
                     const float* gradient);
double combine_along(const double* rows, int count, const RowFactors<double>& factors,
                     const double* gradient);

/// One way to make a message of l3 from a feature of l1 and an edge of l2.
struct Path {
  int l1 = 0, l2 = 0, l3 = 0;
  int channels = 0;
  int weight = 0;    ///< its first radial weight
  int slot = 0;      ///< its first channel among the messages of l3
  int coupling = 0;  ///< its first element among an edge's couplings, [2 l1 + 1, 2 l3 + 1]
};

struct MessageShape {
  std::vector<Path> paths;
  std::vector<int> in;      ///< channels of the features of each l
  std::vector<int> middle;  ///< channels of the messages of each l
};

/// Features of an atom, a pointer an l: [2l + 1, channels].
template <class T>
using AtomFeatures = std::array<T*, 4>;

/// From atom j to atom i; the coupling is that of the vector i → j, or of j → i where `reversed`.
template <class T>
struct Edge {
  const T* coupling;
  const T* weights;
  bool reversed;
};

/// Gradients that send_back adds to.
template <class T>
struct EdgeGradients {
  AtomFeatures<T> features;
  T* weights;
  T* coupling;
};

/// messages += what `features` send along the edge.
void send(const MessageShape& shape, const Edge<float>& edge,
          const AtomFeatures<const float>& features, const AtomFeatures<float>& messages);
void send(const MessageShape& shape, const Edge<double>& edge,
          const AtomFeatures<const double>& features, const AtomFeatures<double>& messages);
/// Reverse of send: from the gradient by the messages those by what they were made of.
void send_back(const MessageShape& shape, const Edge<float>& edge,
               const AtomFeatures<const float>& features,
               const AtomFeatures<const float>& by_messages, const EdgeGradients<float>& gradients);
void send_back(const MessageShape& shape, const Edge<double>& edge,
               const AtomFeatures<const double>& features,
               const AtomFeatures<const double>& by_messages,
               const EdgeGradients<double>& gradients);

}  // namespace mlip::surrogate
