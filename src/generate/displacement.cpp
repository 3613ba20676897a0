#include <algorithm>
#include <cmath>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/neighbor_list.hpp"
#include "core/seed.hpp"
#include "generate/generate.hpp"

namespace mlip::generate {

core::Structure isolated_atom(int atomic_number, double box) {
  MLIP_ASSERT(box > 0);
  core::Structure structure;
  structure.cell.vectors = core::Mat3::Identity() * box;
  structure.cell.periodic = {true, true, true};
  structure.numbers = {core::element(atomic_number).number};
  structure.positions = {core::Vec3::Constant(box / 2)};
  return structure;
}

core::Structure rattled(const core::Structure& structure, double sigma, std::uint64_t seed) {
  auto engine = core::random_engine(seed, "rattle");
  core::Structure result = structure;
  for (core::Vec3& position : result.positions)
    for (double& x : position) x += sigma * core::normal(engine);
  return result;
}

namespace {

/// As closeness, of pairs closer than `closest` × the sum; `closest` where there is none.
double least_ratio(const core::Structure& structure, double closest) {
  double largest = 0;
  const auto radius = [&](std::size_t i) {
    return core::element(structure.numbers[i]).covalent_radius;
  };
  for (std::size_t i = 0; i < structure.size(); ++i) largest = std::max(largest, radius(i));
  if (closest * largest <= 0) return closest;
  double least = closest;
  const core::NeighborList list(structure, 2 * closest * largest);
  for (std::size_t i = 0; i < structure.size(); ++i)
    for (const core::Neighbor& neighbor : list.of(i)) {
      const double sum = radius(i) + radius(static_cast<std::size_t>(neighbor.index));
      least = std::min(least, neighbor.distance / sum);
    }
  return least;
}

}  // namespace

double closeness(const core::Structure& structure) {
  return least_ratio(structure, 1);
}

bool distances_allowed(const core::Structure& structure, double closest) {
  return least_ratio(structure, closest) >= closest;
}

}  // namespace mlip::generate
