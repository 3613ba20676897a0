#include "core/magnetic_order.hpp"

#include <cmath>

namespace mlip::core {

namespace {
constexpr double no_moment = 0.05;  // μ_B an atom
}  // namespace

std::string magnetic_order(const Labels& labels) {
  if (labels.magnetic_moments.empty()) return "";
  const auto atoms = static_cast<double>(labels.magnetic_moments.size());
  double absolute = 0, total = 0;
  for (const double moment : labels.magnetic_moments) {
    absolute += std::abs(moment);
    total += moment;
  }
  if (absolute < no_moment * atoms) return "nonmagnetic";
  if (std::abs(total) < 0.1 * absolute) return "antiferromagnetic";
  return std::abs(total) > 0.9 * absolute ? "ferromagnetic" : "ferrimagnetic";
}

}  // namespace mlip::core
