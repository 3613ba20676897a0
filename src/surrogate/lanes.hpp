/// Vector registers for the room's inner loops, and functions compiled for each kind of them.
#pragma once

// The clones for other processors are made by the compiler; sanitizers cannot follow the choice.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define MLIP_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MLIP_CLONES
#endif
#define MLIP_INLINE [[gnu::always_inline]] inline
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
