#include "core/seed.hpp"

#include <cmath>

#include "core/units.hpp"

namespace mlip::core {

double normal(std::mt19937_64& engine) {
  const double radius = std::sqrt(-2 * std::log(1 - uniform(engine)));
  return radius * std::cos(2 * pi * uniform(engine));
}

}  // namespace mlip::core
