#include "dft/balance.hpp"

#include <fmt/format.h>

#include <cmath>

namespace mlip::dft {

namespace {

constexpr double largest_net_force = 0.01;  // eV/Å
constexpr double largest_skew = 1e-6;       // eV/Å³

}  // namespace

std::string imbalance_of(std::span<const core::Vec3> forces,
                         const std::optional<core::Mat3>& stress) {
  core::Vec3 net = core::Vec3::Zero();
  for (const auto& force : forces) net += force;
  if (!(net.norm() <= largest_net_force))
    return fmt::format("forces that add up to {:.2g} eV/Å", net.norm());
  if (!stress) return "";
  const double skew = (*stress - stress->transpose()).cwiseAbs().maxCoeff();
  if (!(skew <= largest_skew))
    return fmt::format("a stress that is not symmetric by {:.2g} eV/Å³", skew);
  return "";
}

}  // namespace mlip::dft
