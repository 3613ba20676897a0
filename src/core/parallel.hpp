/// A loop over items on threads whose exceptions come out as from a plain loop.
#pragma once

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace mlip::core {

/// Number of threads an option of that name asks for; 0 means all.
[[nodiscard]] inline int thread_count(int wanted) {
  return wanted > 0 ? wanted : omp_get_max_threads();
}

/// Calls body(k) for 0 ≤ k < count in any order; rethrows the exception of the smallest k.  What
/// the body calls finds one OpenMP thread.  Fewer threads work where the system grants no more.
template <class Body>
void parallel_for(std::size_t count, int threads, const Body& body) {
  std::atomic<std::size_t> next = 0;
  std::mutex guard;
  std::exception_ptr first;
  std::size_t first_index = count;
  const auto work = [&] {
    const int outside = omp_get_max_threads();
    omp_set_num_threads(1);
    for (std::size_t k = next++; k < count; k = next++) {
      try {
        body(k);
      } catch (...) {
        const std::scoped_lock lock(guard);
        if (k < first_index) first = std::current_exception();
        first_index = std::min(first_index, k);
      }
    }
    omp_set_num_threads(outside);
  };
  {
    std::vector<std::jthread> team;
    try {
      for (int t = 1; t < threads && static_cast<std::size_t>(t) < count; ++t)
        team.emplace_back(work);
    } catch (const std::system_error&) {
    }
    work();
  }
  if (first) std::rethrow_exception(first);
}

}  // namespace mlip::core
