#include "ace/potential.hpp"

#include <algorithm>

namespace mlip::ace {

double Potential::cutoff() const {
  double largest = 0;
  for (const Bond& each : bonds) largest = std::max(largest, each.rcut);
  return largest;
}

std::size_t Potential::function_count() const {
  std::size_t count = 0;
  for (const auto& list : functions) count += list.size();
  return count;
}

}  // namespace mlip::ace
