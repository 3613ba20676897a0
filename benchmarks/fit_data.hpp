/// What the benchmarks of fits share: labelled data, errors, CPU time.
#pragma once

#include <fmt/format.h>

#include <ctime>
#include <vector>

#include "fit/linear.hpp"
#include "io/extended_xyz.hpp"

namespace mlip::benchmark {

inline std::vector<fit::Item> read(const char* file) {
  std::vector<fit::Item> items;
  for (io::Frame& frame : io::read_extended_xyz(file)) {
    fit::Item item;
    item.structure = std::move(frame.structure);
    item.labels = std::move(frame.labels);
    items.push_back(std::move(item));
  }
  return items;
}

inline void print(const char* name, const fit::Metrics& metrics) {
  fmt::print("{:5} {:5} structures   E {:8.3f} meV/atom   F {:8.3f} meV/Å\n", name,
             metrics.structures, metrics.energy_rmse_mev_per_atom, metrics.force_rmse_mev_per_a);
}

inline double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

}  // namespace mlip::benchmark
