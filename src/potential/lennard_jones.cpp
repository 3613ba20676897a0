#include "potential/lennard_jones.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/neighbor_list.hpp"

namespace mlip::potential {

namespace {

struct Pair {
  double energy, derivative;
};

Pair taper(double r, double onset, double cutoff) {
  if (r <= onset) return {1, 0};
  const double x = (r - onset) / (cutoff - onset);
  return {1 - x * x * x * (10 + x * (-15 + 6 * x)),
          -30 * x * x * (1 - x) * (1 - x) / (cutoff - onset)};
}

Pair pair(double r, double epsilon, double sigma, const Pair& taper_at_r) {
  const double s6 = std::pow(sigma / r, 6);
  const double energy = 4 * epsilon * (s6 * s6 - s6);
  const double derivative = 4 * epsilon * (-12 * s6 * s6 + 6 * s6) / r;
  return {energy * taper_at_r.energy,
          derivative * taper_at_r.energy + energy * taper_at_r.derivative};
}

}  // namespace

LennardJones::LennardJones(std::map<int, LennardJonesSpecies> species, double cutoff, double onset)
    : species_(std::move(species)), cutoff_(cutoff), onset_(onset * cutoff) {
  MLIP_ASSERT(cutoff > 0 && onset >= 0 && onset < 1);
}

Evaluation LennardJones::evaluate(const core::Structure& structure, const Request&) const {
  std::vector<LennardJonesSpecies> atoms;
  for (int number : structure.numbers) {
    const auto found = species_.find(number);
    if (found == species_.end())
      throw core::UserError(
          core::ExitCode::bad_input,
          fmt::format("the Lennard-Jones model does not know '{}'", core::element(number).symbol));
    atoms.push_back(found->second);
  }
  Evaluation result;
  result.energies.assign(structure.size(), 0);
  result.forces.assign(structure.size(), core::Vec3::Zero());
  const core::NeighborList neighbors(structure, cutoff_);
  for (std::size_t i = 0; i < structure.size(); ++i)
    for (const core::Neighbor& n : neighbors.of(i)) {
      const auto& other = atoms[static_cast<std::size_t>(n.index)];
      const Pair value =
          pair(n.distance, std::sqrt(atoms[i].epsilon * other.epsilon),
               (atoms[i].sigma + other.sigma) / 2, taper(n.distance, onset_, cutoff_));
      const core::Vec3 gradient = n.vector * (value.derivative / n.distance);
      result.energies[i] += value.energy / 2;
      result.forces[i] += gradient;
      result.virial -= gradient * n.vector.transpose() / 2;
    }
  for (double energy : result.energies) result.energy += energy;
  return result;
}

}  // namespace mlip::potential
