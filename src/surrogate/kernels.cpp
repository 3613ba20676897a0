#include "surrogate/kernels.hpp"

#include <type_traits>

#include "surrogate/lanes.hpp"

namespace mlip::surrogate {

namespace {

template <class T>
MLIP_INLINE T sum_of(const Vector<T>& vector) {
  T sum = 0;
  for (int k = 0; k < Lanes<T>::count; ++k) sum += vector[k];
  return sum;
}

/// `Rows` rows of x times one panel.
template <class T, int Rows>
MLIP_INLINE void multiply_rows(const PackedMatrix<T>& matrix, const T* weights, const T* x, T* y) {
  constexpr int vectors = panel / Lanes<T>::count;
  Vector<T> sums[Rows][vectors] = {};
  for (int i = 0; i < matrix.inputs; ++i, weights += panel)
    for (int row = 0; row < Rows; ++row)
      for (int v = 0; v < vectors; ++v)
        sums[row][v] += x[row * matrix.inputs + i] * at(weights + v * Lanes<T>::count);
  for (int row = 0; row < Rows; ++row)
    for (int v = 0; v < vectors; ++v)
      at(y + row * matrix.outputs + v * Lanes<T>::count) += sums[row][v];
}

template <class T>
MLIP_INLINE void multiply(const PackedMatrix<T>& matrix, const T* x, int rows, T* y) {
  constexpr int block = 16 / static_cast<int>(sizeof(T));  // as many as registers hold
  for (int column = 0; column < matrix.outputs; column += panel) {
    const T* weights = matrix.panels.data() + static_cast<std::ptrdiff_t>(column) * matrix.inputs;
    int row = 0;
    for (; row + block <= rows; row += block)
      multiply_rows<T, block>(matrix, weights, x + static_cast<std::ptrdiff_t>(row) * matrix.inputs,
                              y + static_cast<std::ptrdiff_t>(row) * matrix.outputs + column);
    for (; row < rows; ++row)
      multiply_rows<T, 1>(matrix, weights, x + static_cast<std::ptrdiff_t>(row) * matrix.inputs,
                          y + static_cast<std::ptrdiff_t>(row) * matrix.outputs + column);
  }
}

template <class T>
MLIP_INLINE void combine_at(const T* rows, int count, const RowFactors<T>& factors,
                            Vector<T>& sum) {
  sum = factors[0] * at(rows);
  for (std::size_t k = 1; k < factors.size(); ++k)
    sum += factors[k] * at(rows + static_cast<std::ptrdiff_t>(k) * count);
}

template <class T>
MLIP_INLINE void combine_rows(const T* rows, int count, const RowFactors<T>& factors, T* result) {
  const RowFactors<T> local = factors;
  for (int n = 0; n < count; n += Lanes<T>::count)
    combine_at(rows + n, count, local, at(result + n));
}

template <class T>
MLIP_INLINE double combine_rows_along(const T* rows, int count, const RowFactors<T>& factors,
                                      const T* gradient) {
  const RowFactors<T> local = factors;
  Vector<T> sum = {};
  for (int n = 0; n < count; n += Lanes<T>::count) {
    Vector<T> combined;
    combine_at(rows + n, count, local, combined);
    sum += at(gradient + n) * combined;
  }
  return static_cast<double>(sum_of<T>(sum));
}

/// One path of an edge.
template <class T>
struct Term {
  const T *coupling, *weights, *features;
  int features_stride, messages_stride, channels;
  T sign;
};

template <class T>
MLIP_INLINE Term<T> term_of(const MessageShape& shape, const Path& path, const Edge<T>& edge,
                            const AtomFeatures<const T>& features) {
  const auto l1 = static_cast<std::size_t>(path.l1), l3 = static_cast<std::size_t>(path.l3);
  return {edge.coupling + path.coupling,
          edge.weights + path.weight,
          features[l1],
          shape.in[l1],
          shape.middle[l3],
          path.channels,
          edge.reversed && path.l2 % 2 == 1 ? T(-1) : T(1)};
}

template <class T, int A, int B>
MLIP_INLINE void send_term(const Term<T>& term, T* messages) {
  T coupling[A * B];
  for (int k = 0; k < A * B; ++k) coupling[k] = term.sign * term.coupling[k];
  for (int c = 0; c < term.channels; c += Lanes<T>::count) {
    const Vector<T> weight = at(term.weights + c);
    Vector<T> feature[A];
    for (int a = 0; a < A; ++a)
      feature[a] = weight * at(term.features + a * term.features_stride + c);
    for (int b = 0; b < B; ++b) {
      Vector<T> sum = coupling[b] * feature[0];
      for (int a = 1; a < A; ++a) sum += coupling[a * B + b] * feature[a];
      at(messages + b * term.messages_stride + c) += sum;
    }
  }
}

/// An edge of l = 0 couples each component with itself, by one number.
template <class T, int A>
MLIP_INLINE void send_scalar(const Term<T>& term, T* messages) {
  const T coupling = term.coupling[0];
  for (int c = 0; c < term.channels; c += Lanes<T>::count) {
    const Vector<T> weight = coupling * at(term.weights + c);
    for (int a = 0; a < A; ++a)
      at(messages + a * term.messages_stride + c) +=
          weight * at(term.features + a * term.features_stride + c);
  }
}

/// Gradients of one path.
template <class T>
struct TermGradients {
  const T* messages;
  T *features, *weights, *coupling;
};

template <class T, int A, int B>
MLIP_INLINE void send_back_term(const Term<T>& term, const TermGradients<T>& gradients) {
  T coupling[A * B];
  for (int k = 0; k < A * B; ++k) coupling[k] = term.sign * term.coupling[k];
  Vector<T> by_coupling[A * B] = {};
  for (int c = 0; c < term.channels; c += Lanes<T>::count) {
    const Vector<T> weight = at(term.weights + c);
    Vector<T> by_message[B], by_weight = {};
    for (int b = 0; b < B; ++b)
      by_message[b] = at(gradients.messages + b * term.messages_stride + c);
    for (int a = 0; a < A; ++a) {
      Vector<T> sum = coupling[a * B] * by_message[0];
      for (int b = 1; b < B; ++b) sum += coupling[a * B + b] * by_message[b];
      at(gradients.features + a * term.features_stride + c) += weight * sum;
      const Vector<T> feature = at(term.features + a * term.features_stride + c);
      by_weight += feature * sum;
      const Vector<T> weighted = weight * feature;
      for (int b = 0; b < B; ++b) by_coupling[a * B + b] += weighted * by_message[b];
    }
    at(gradients.weights + c) += by_weight;
  }
  for (int k = 0; k < A * B; ++k) gradients.coupling[k] += term.sign * sum_of<T>(by_coupling[k]);
}

template <class T, int A>
MLIP_INLINE void send_back_scalar(const Term<T>& term, const TermGradients<T>& gradients) {
  const T coupling = term.coupling[0];
  for (int c = 0; c < term.channels; c += Lanes<T>::count) {
    const Vector<T> weight = coupling * at(term.weights + c);
    Vector<T> by_weight = {};
    for (int a = 0; a < A; ++a) {
      const Vector<T> by_message = at(gradients.messages + a * term.messages_stride + c);
      at(gradients.features + a * term.features_stride + c) += weight * by_message;
      by_weight += by_message * at(term.features + a * term.features_stride + c);
    }
    at(gradients.weights + c) += coupling * by_weight;
  }
}

/// Calls `loop` with the number of components of l, known to the compiler.
template <class Loop>
MLIP_INLINE void with_components(int l, const Loop& loop) {
  switch (l) {
    case 0:
      return loop(std::integral_constant<int, 1>{});
    case 1:
      return loop(std::integral_constant<int, 3>{});
    case 2:
      return loop(std::integral_constant<int, 5>{});
    default:
      return loop(std::integral_constant<int, 7>{});
  }
}

template <class T>
MLIP_INLINE void send_all(const MessageShape& shape, const Edge<T>& edge,
                          const AtomFeatures<const T>& features, const AtomFeatures<T>& messages) {
  for (const Path& path : shape.paths) {
    const Term<T> term = term_of(shape, path, edge, features);
    T* target = messages[static_cast<std::size_t>(path.l3)] + path.slot;
    with_components(path.l1, [&](auto a) MLIP_INLINE_LAMBDA {
      if (path.l2 == 0) return send_scalar<T, a>(term, target);
      with_components(path.l3,
                      [&](auto b) MLIP_INLINE_LAMBDA { send_term<T, a, b>(term, target); });
    });
  }
}

template <class T>
MLIP_INLINE void send_back_all(const MessageShape& shape, const Edge<T>& edge,
                               const AtomFeatures<const T>& features,
                               const AtomFeatures<const T>& by_messages,
                               const EdgeGradients<T>& gradients) {
  for (const Path& path : shape.paths) {
    const Term<T> term = term_of(shape, path, edge, features);
    const TermGradients<T> of_term = {by_messages[static_cast<std::size_t>(path.l3)] + path.slot,
                                      gradients.features[static_cast<std::size_t>(path.l1)],
                                      gradients.weights + path.weight,
                                      gradients.coupling + path.coupling};
    with_components(path.l1, [&](auto a) MLIP_INLINE_LAMBDA {
      if (path.l2 == 0) return send_back_scalar<T, a>(term, of_term);
      with_components(path.l3,
                      [&](auto b) MLIP_INLINE_LAMBDA { send_back_term<T, a, b>(term, of_term); });
    });
  }
}

}  // namespace

MLIP_VECTORISE void add_product(const PackedMatrix<float>& matrix, const float* x, int rows,
                                float* y) {
  multiply(matrix, x, rows, y);
}
MLIP_VECTORISE void combine(const float* rows, int count, const RowFactors<float>& factors,
                            float* result) {
  combine_rows(rows, count, factors, result);
}
MLIP_VECTORISE double combine_along(const float* rows, int count, const RowFactors<float>& factors,
                                    const float* gradient) {
  return combine_rows_along(rows, count, factors, gradient);
}
MLIP_VECTORISE void send(const MessageShape& shape, const Edge<float>& edge,
                         const AtomFeatures<const float>& features,
                         const AtomFeatures<float>& messages) {
  send_all(shape, edge, features, messages);
}
MLIP_VECTORISE void send_back(const MessageShape& shape, const Edge<float>& edge,
                              const AtomFeatures<const float>& features,
                              const AtomFeatures<const float>& by_messages,
                              const EdgeGradients<float>& gradients) {
  send_back_all(shape, edge, features, by_messages, gradients);
}

MLIP_VECTORISE void add_product(const PackedMatrix<double>& matrix, const double* x, int rows,
                                double* y) {
  multiply(matrix, x, rows, y);
}
MLIP_VECTORISE void combine(const double* rows, int count, const RowFactors<double>& factors,
                            double* result) {
  combine_rows(rows, count, factors, result);
}
MLIP_VECTORISE double combine_along(const double* rows, int count,
                                    const RowFactors<double>& factors, const double* gradient) {
  return combine_rows_along(rows, count, factors, gradient);
}
MLIP_VECTORISE void send(const MessageShape& shape, const Edge<double>& edge,
                         const AtomFeatures<const double>& features,
                         const AtomFeatures<double>& messages) {
  send_all(shape, edge, features, messages);
}
MLIP_VECTORISE void send_back(const MessageShape& shape, const Edge<double>& edge,
                              const AtomFeatures<const double>& features,
                              const AtomFeatures<const double>& by_messages,
                              const EdgeGradients<double>& gradients) {
  send_back_all(shape, edge, features, by_messages, gradients);
}

}  // namespace mlip::surrogate
