#include "dft/bands.hpp"

#include <algorithm>
#include <cmath>

namespace mlip::dft {

namespace {

/// Of the starting moments: Fe-Ni cells at 600 K and more end at 1.2 times theirs.
constexpr double moment_growth = 1.2;

}  // namespace

int band_count(const Filling& filling, double factor) {
  const auto [electrons, moment, atoms] = filling;
  const double spare = std::max({0.1 * electrons, 4.0, static_cast<double>(atoms)});
  const double first = (electrons + moment_growth * moment) / 2 + spare;
  return static_cast<int>(std::ceil(factor > 1 ? std::max(first * factor, first + 4) : first));
}

}  // namespace mlip::dft
