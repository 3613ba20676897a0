/// Vector registers for the room's inner loops.
#pragma once

#include "core/vectorise.hpp"

/// The same for a lambda.
#define MLIP_INLINE_LAMBDA __attribute__((always_inline))

namespace mlip::surrogate {

/// A vector register's worth of T, loaded from any address.
template <class T>
struct Lanes {
  typedef T Vector __attribute__((vector_size(32), aligned(sizeof(T)), may_alias));
  static constexpr int count = 32 / sizeof(T);
};
template <class T>
using Vector = typename Lanes<T>::Vector;

template <class T>
MLIP_INLINE const Vector<T>& at(const T* place) {
  return *reinterpret_cast<const Vector<T>*>(place);
}
template <class T>
MLIP_INLINE Vector<T>& at(T* place) {
  return *reinterpret_cast<Vector<T>*>(place);
}

}  // namespace mlip::surrogate
