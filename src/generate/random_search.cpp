#include "generate/random_search.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/neighbor_list.hpp"
#include "core/seed.hpp"
#include "generate/crystal.hpp"
#include "generate/generate.hpp"
#include "generate/space_groups.hpp"

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

using Groups = std::vector<const SpaceGroup*>;

std::size_t below(std::size_t count, std::mt19937_64& engine) {
  return std::min(count - 1, static_cast<std::size_t>(core::uniform(engine) * double(count)));
}

/// All that have as many operations, a number that is drawn.
Groups groups_alike(int most, std::mt19937_64& engine) {
  std::map<std::size_t, Groups> groups;
  for (const SpaceGroup& group : space_groups())
    if (group.size() <= static_cast<std::size_t>(most)) groups[group.size()].push_back(&group);
  return std::next(groups.begin(), std::ptrdiff_t(below(groups.size(), engine)))->second;
}

Structure random_cell(const RandomCell& options, const SpaceGroup& group, std::mt19937_64& engine) {
  double own = 0;
  for (const auto& [number, count] : options.atoms) own += count * atomic_volume(number);
  const double volume = own * between(engine, options.smallest, options.largest);
  Structure structure;
  structure.cell = {std::cbrt(volume) * made_symmetric(random_lattice(engine), group),
                    {true, true, true}};
  return structure;
}

/// Orbits of exactly `count` atoms; false where none were found.
bool add_orbits(Structure& structure, int number, int count, const SpaceGroup& group,
                std::mt19937_64& engine) {
  constexpr int draws = 100;
  const double edge = std::cbrt(structure.cell.volume());
  for (int draw = 0; count > 0 && draw < draws; ++draw) {
    const core::Fractional anywhere{
        Vec3(core::uniform(engine), core::uniform(engine), core::uniform(engine))};
    // Ever more special places: a general one may have more images than are wanted.
    const double radius = edge * core::uniform(engine) * draw / draws;
    const auto orbit =
        orbit_of(drawn_together(anywhere, group, structure, radius), group, structure);
    if (std::ssize(orbit) > count || group.size() % orbit.size() != 0) continue;
    for (const core::Fractional& place : orbit) {
      structure.numbers.push_back(number);
      structure.positions.push_back(structure.to_cartesian(place));
    }
    count -= static_cast<int>(orbit.size());
  }
  return count == 0;
}

/// None where the group's orbits do not have such numbers of atoms.
std::optional<Structure> random_atoms(const RandomCell& options, const SpaceGroup& group,
                                      std::mt19937_64& engine) {
  Structure structure = random_cell(options, group, engine);
  for (const auto& [number, count] : options.atoms)
    if (!add_orbits(structure, number, count, group, engine)) return {};
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
              options.largest >= options.smallest && options.symmetry >= 1);
  constexpr int cells_alike = 20, pushes = 50;
  const int cells = (options.symmetry > 1 ? 10 : 1) * cells_alike;
  Groups groups;
  for (int attempt = 0; attempt < cells; ++attempt) {
    if (attempt % cells_alike == 0) groups = groups_alike(options.symmetry, engine);
    auto structure = random_atoms(options, *groups[below(groups.size(), engine)], engine);
    for (int push = 0; structure && push < pushes; ++push) {
      if (distances_allowed(*structure, options.closest)) return structure;
      push_apart(*structure, options.closest);
    }
  }
  return {};
}

}  // namespace mlip::generate
