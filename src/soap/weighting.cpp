#include "soap/weighting.hpp"

#include <cmath>

namespace mlip::soap {

namespace {

Weight polynomial(const Weighting& w, double x) {
  if (x > 1) return {0, 0};
  const double base = 1 + x * x * (2 * x - 3);
  const double power = w.c * std::pow(base, w.m);
  // At the end the slope of a power below 1/2 is infinite: atoms are not felt there.
  if (base <= 0 || w.m == 0) return {power, 0};
  return {power, w.c * w.m * std::pow(base, w.m - 1) * 6 * x * (x - 1) / w.r0};
}

Weight power_law(const Weighting& w, double x) {
  const double below = w.d + std::pow(x, w.m);
  if (x == 0 || w.m == 0) return {w.c / below, 0};
  return {w.c / below, -w.c * w.m * std::pow(x, w.m - 1) / (w.r0 * below * below)};
}

Weight exponential(const Weighting& w, double x) {
  const double fallen = std::exp(-x), below = w.d + fallen;
  return {w.c / below, w.c * fallen / (w.r0 * below * below)};
}

Weight of_function(const Weighting& w, double x) {
  switch (w.function) {
    case WeightFunction::poly:
      return polynomial(w, x);
    case WeightFunction::pow:
      return power_law(w, x);
    case WeightFunction::exp:
      return exponential(w, x);
    case WeightFunction::none:
      break;
  }
  return {1, 0};
}

}  // namespace

Weight weight_at(const Weighting& weighting, double r) {
  if (r == 0) return {weighting.centre ? *weighting.centre : of_function(weighting, 0).value, 0};
  return of_function(weighting, r / weighting.r0);
}

bool is_plain(const Weighting& weighting) {
  return weighting.function == WeightFunction::none && weighting.centre.value_or(1) == 1;
}

std::optional<double> natural_cutoff(const Weighting& weighting) {
  constexpr double fallen = 0.01;
  if (weighting.function == WeightFunction::poly) return weighting.r0;
  const double below = weighting.c / fallen - weighting.d;
  if (weighting.function != WeightFunction::pow || below <= 0 || weighting.m == 0) return {};
  return weighting.r0 * std::pow(below, 1 / weighting.m);
}

}  // namespace mlip::soap
