/// A loop over items on OpenMP threads whose exceptions come out as from a plain loop.
#pragma once

#include <omp.h>

#include <cstddef>
#include <exception>

namespace mlip::fit {

/// Number of threads an option of that name asks for; 0 means all.
[[nodiscard]] inline int thread_count(int wanted) {
  return wanted > 0 ? wanted : omp_get_max_threads();
}

/// Calls body(k) for 0 ≤ k < count in any order; rethrows the exception of the smallest k.
template <class Body>
void parallel_for(std::size_t count, int threads, const Body& body) {
  std::exception_ptr first;
  std::size_t first_index = count;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
  for (std::size_t k = 0; k < count; ++k) {
    try {
      body(k);
    } catch (...) {
#pragma omp critical(mlip_fit_exception)
      if (k < first_index) {
        first_index = k;
        first = std::current_exception();
      }
    }
  }
  if (first) std::rethrow_exception(first);
}

}  // namespace mlip::fit
