#include "generate/random_search.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <vector>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/neighbor_list.hpp"
#include "core/seed.hpp"
#include "generate/crystal.hpp"
#include "generate/generate.hpp"

namespace mlip::generate {

namespace {

using core::Mat3;
using core::Structure;
using core::Vec3;

double between(std::mt19937_64& engine, double low, double high) {
  return low + (high - low) * core::uniform(engine);
}

/// Of volume 1.
Mat3 random_lattice(std::mt19937_64& engine) {
  for (;;) {
    const Vec3 lengths(between(engine, 0.6, 1.5), between(engine, 0.6, 1.5),
                       between(engine, 0.6, 1.5));
    const Vec3 cosines(between(engine, -0.6428, 0.6428), between(engine, -0.6428, 0.6428),
                       between(engine, -0.6428, 0.6428));
    const double sine = std::sqrt(1 - cosines[2] * cosines[2]);
    const double y = (cosines[0] - cosines[1] * cosines[2]) / sine;
    const double z = 1 - cosines[1] * cosines[1] - y * y;
    if (z < 0.3) continue;  // flat
    Mat3 rows;
    rows << lengths[0], 0, 0, lengths[1] * cosines[2], lengths[1] * sine, 0,
        lengths[2] * cosines[1], lengths[2] * y, lengths[2] * std::sqrt(z);
    return rows / std::cbrt(rows.determinant());
  }
}

Structure random_atoms(const RandomCell& options, std::mt19937_64& engine) {
  Structure structure;
  double own = 0;
  for (const auto& [number, count] : options.atoms) {
    structure.numbers.insert(structure.numbers.end(), static_cast<std::size_t>(count), number);
    own += count * atomic_volume(number);
  }
  const double volume = own * between(engine, options.smallest, options.largest);
  structure.cell = {std::cbrt(volume) * random_lattice(engine), {true, true, true}};
  for (std::size_t i = 0; i < structure.size(); ++i)
    structure.positions.push_back(structure.to_cartesian(
        {Vec3(core::uniform(engine), core::uniform(engine), core::uniform(engine))}));
  return structure;
}

double least_distance(const Structure& structure, std::size_t i, int j, double closest) {
  return closest * (core::element(structure.numbers[i]).covalent_radius +
                    core::element(structure.numbers[static_cast<std::size_t>(j)]).covalent_radius);
}

/// Each pair that is too close moves apart by half of what is missing.
void push_apart(Structure& structure, double closest) {
  double largest = 0;
  for (std::size_t i = 0; i < structure.size(); ++i)
    largest = std::max(largest, core::element(structure.numbers[i]).covalent_radius);
  const core::NeighborList list(structure, 2 * closest * largest);
  std::vector<Vec3> moves(structure.size(), Vec3::Zero());
  for (std::size_t i = 0; i < structure.size(); ++i)
    for (const auto& neighbor : list.of(i)) {
      const double missing =
          1.02 * least_distance(structure, i, neighbor.index, closest) - neighbor.distance;
      if (missing > 0 && neighbor.distance > 1e-6)
        moves[i] -= missing / 2 * neighbor.vector / neighbor.distance;
    }
  for (std::size_t i = 0; i < structure.size(); ++i) structure.positions[i] += moves[i];
}

}  // namespace

std::optional<Structure> random_crystal(const RandomCell& options, std::mt19937_64& engine) {
  MLIP_ASSERT(!options.atoms.empty() && options.smallest > 0 &&
              options.largest >= options.smallest);
  constexpr int cells = 20, pushes = 50;
  for (int attempt = 0; attempt < cells; ++attempt) {
    Structure structure = random_atoms(options, engine);
    for (int push = 0; push < pushes; ++push) {
      if (distances_allowed(structure, options.closest)) return structure;
      push_apart(structure, options.closest);
    }
  }
  return {};
}

}  // namespace mlip::generate
