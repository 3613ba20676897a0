/// What labels are compared in: energies, forces and stresses, each against what was predicted.
#pragma once

#include <string>
#include <vector>

#include "report/chart.hpp"
#include "report/html.hpp"

namespace mlip::report {

struct Quantity {
  const char* error;   ///< key of its root mean square error
  const char* parity;  ///< key of its parity pairs
  const char* name;
  const char* error_unit;
  const char* unit;
};

inline constexpr Quantity quantities[] = {
    {"energy_rmse_meV_per_atom", "energy", "Energy", "meV/atom", "eV/atom"},
    {"force_rmse_meV_per_A", "force", "Force", "meV/Å", "eV/Å"},
    {"stress_rmse_GPa", "stress", "Stress", "GPa", "GPa"}};

struct Pair {
  double reference, predicted;
};

/// Of the `parity` of a set; what is no pair of numbers is left out.
[[nodiscard]] std::vector<Pair> pairs_of(const Json& set, const Quantity& quantity);

/// A chart without points yet, of predictions over what they are measured `against`.
[[nodiscard]] Figure parity_figure(const Quantity& quantity, const std::string& against);

}  // namespace mlip::report
