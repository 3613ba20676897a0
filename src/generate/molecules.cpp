#include "generate/molecules.hpp"

#include <fmt/format.h>

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/neighbor_list.hpp"
#include "core/seed.hpp"
#include "core/units.hpp"
#include "generate/cells.hpp"
#include "generate/generate.hpp"

namespace mlip::generate {

namespace {

using core::Structure;
using core::Vec3;

constexpr double bond_stretch = 1.25;
constexpr double alike_distance = 0.02;  // Å

double radius_of(const Structure& structure, int atom) {
  return core::element(structure.numbers[static_cast<std::size_t>(atom)]).covalent_radius;
}

double radii_of(const Structure& structure, const Bond& bond) {
  return radius_of(structure, bond.first) + radius_of(structure, bond.second);
}

/// Reach within which every bond of the structure lies.
double bond_reach(const Structure& structure) {
  double largest = 0;
  for (int i = 0; i < static_cast<int>(structure.size()); ++i)
    largest = std::max(largest, radius_of(structure, i));
  return 2 * bond_stretch * largest;
}

[[noreturn]] void no_molecule(const std::string& why) {
  throw core::UserError(core::ExitCode::bad_input,
                        fmt::format("the structure is no molecule: {}", why),
                        "give a file with one molecule, in a box with vacuum or in none");
}

/// Atoms that bonds other than the left out lead to from one, in ascending order.
std::set<int> reached(int from, const std::vector<Bond>& bonds, const Bond& without) {
  std::set<int> found = {from};
  std::vector<int> open = {from};
  while (!open.empty()) {
    const int here = open.back();
    open.pop_back();
    for (const Bond& bond : bonds) {
      if (bond.first == without.first && bond.second == without.second) continue;
      const int there = bond.first == here ? bond.second : bond.second == here ? bond.first : -1;
      if (there >= 0 && found.insert(there).second) open.push_back(there);
    }
  }
  return found;
}

/// What an atom sees: elements and distances of all others, near ones first.
std::vector<std::pair<double, int>> surroundings(const Structure& molecule, int atom) {
  std::vector<std::pair<double, int>> seen;
  for (std::size_t j = 0; j < molecule.size(); ++j)
    seen.emplace_back(
        (molecule.positions[j] - molecule.positions[static_cast<std::size_t>(atom)]).norm(),
        molecule.numbers[j]);
  std::sort(seen.begin(), seen.end());
  return seen;
}

bool alike_atoms(const Structure& molecule, int a, int b) {
  if (molecule.numbers[static_cast<std::size_t>(a)] !=
      molecule.numbers[static_cast<std::size_t>(b)])
    return false;
  const auto of_a = surroundings(molecule, a), of_b = surroundings(molecule, b);
  return std::equal(of_a.begin(), of_a.end(), of_b.begin(), [](const auto& x, const auto& y) {
    return std::abs(x.first - y.first) < alike_distance;
  });
}

bool alike_bonds(const Structure& molecule, const Bond& a, const Bond& b) {
  return (alike_atoms(molecule, a.first, b.first) && alike_atoms(molecule, a.second, b.second)) ||
         (alike_atoms(molecule, a.first, b.second) && alike_atoms(molecule, a.second, b.first));
}

struct Angle {
  int centre, still, turned;  ///< atoms

  /// Å, between the outer atoms.
  [[nodiscard]] double width_in(const Structure& molecule) const {
    return (molecule.positions[static_cast<std::size_t>(turned)] -
            molecule.positions[static_cast<std::size_t>(still)])
        .norm();
  }
};

/// Between bonds of a common atom, of which one can be turned alone and the ends are no bond.
std::vector<Angle> free_angles(const std::vector<Bond>& bonds) {
  std::vector<Angle> angles;
  const auto bonded = [&](int a, int b) {
    return std::ranges::any_of(bonds, [&](const Bond& bond) {
      return bond.first == std::min(a, b) && bond.second == std::max(a, b);
    });
  };
  for (std::size_t m = 0; m < bonds.size(); ++m)
    for (std::size_t n = 0; n < m; ++n)
      for (const auto& [centre, still] : {std::pair(bonds[n].first, bonds[n].second),
                                          std::pair(bonds[n].second, bonds[n].first)}) {
        if (bonds[m].first != centre && bonds[m].second != centre) continue;
        const int turned = bonds[m].first == centre ? bonds[m].second : bonds[m].first;
        const bool ring = reached(turned, bonds, bonds[m]).contains(centre);
        if (!ring && !bonded(still, turned)) angles.push_back({centre, still, turned});
      }
  return angles;
}

bool alike_angles(const Structure& molecule, const Angle& a, const Angle& b) {
  const bool ends =
      (alike_atoms(molecule, a.still, b.still) && alike_atoms(molecule, a.turned, b.turned)) ||
      (alike_atoms(molecule, a.still, b.turned) && alike_atoms(molecule, a.turned, b.still));
  return ends && alike_atoms(molecule, a.centre, b.centre) &&
         std::abs(a.width_in(molecule) - b.width_in(molecule)) < alike_distance;
}

/// An angle's arms, what turns with one of them, and between which angles.
struct Bend {
  Vec3 centre, axis;
  std::set<int> moving;
  double rest, narrowest, widest;  ///< radians

  Bend(const Structure& molecule, const std::vector<Bond>& bonds, const Angle& angle)
      : centre(molecule.positions[static_cast<std::size_t>(angle.centre)]),
        moving(
            reached(angle.turned, bonds,
                    {std::min(angle.centre, angle.turned), std::max(angle.centre, angle.turned)})) {
    const Vec3 still = molecule.positions[static_cast<std::size_t>(angle.still)] - centre;
    const Vec3 turned = molecule.positions[static_cast<std::size_t>(angle.turned)] - centre;
    const double a = still.norm(), b = turned.norm();
    rest = std::acos(std::clamp(still.dot(turned) / (a * b), -1.0, 1.0));
    axis = still.cross(turned);
    if (axis.norm() < 1e-3 * a * b) axis = still.unitOrthogonal();
    axis.normalize();
    const double touching = radii_of(molecule, {angle.still, angle.turned});
    const double closed = (a * a + b * b - touching * touching) / (2 * a * b);
    narrowest = std::min(rest, std::acos(std::clamp(closed, -1.0, 1.0)));
    constexpr double wider = 1.3;
    widest = std::min(core::pi, wider * rest);
  }

  [[nodiscard]] Structure at(const Structure& molecule, double angle) const {
    const Eigen::AngleAxisd turn(angle - rest, axis);
    Structure bent = molecule;
    for (const int atom : moving) {
      Vec3& position = bent.positions[static_cast<std::size_t>(atom)];
      position = centre + turn * (position - centre);
    }
    return bent;
  }
};

/// Uniform among all rotations (Shoemake 1992: normal quaternions).
core::Mat3 random_rotation(std::mt19937_64& engine) {
  Eigen::Vector4d q = Eigen::Vector4d::NullaryExpr([&] { return core::normal(engine); });
  q.normalize();
  return Eigen::Quaterniond(q[0], q[1], q[2], q[3]).toRotationMatrix();
}

void turn(Structure& molecule, const core::Mat3& rotation) {
  Vec3 centre = Vec3::Zero();
  for (const Vec3& position : molecule.positions) centre += position;
  centre /= static_cast<double>(molecule.size());
  for (Vec3& position : molecule.positions) position = rotation * (position - centre);
}

/// Smallest distance between the spheres of covalent radii of two sets of atoms, Å.
double gap_between(const Structure& a, const Structure& b, const Vec3& shift) {
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < b.size(); ++j)
      least = std::min(least, (b.positions[j] + shift - a.positions[i]).norm() -
                                  core::element(a.numbers[i]).covalent_radius -
                                  core::element(b.numbers[j]).covalent_radius);
  return least;
}

/// How far `b` has to go along a direction so that the gap is as wanted; found from outside.
double distance_of_gap(const Structure& a, const Structure& b, const Vec3& direction, double gap) {
  const auto reach = [](const Structure& molecule) {
    double most = 0;
    for (const Vec3& position : molecule.positions) most = std::max(most, position.norm());
    return most;
  };
  constexpr double radii = 6;  // Å, more than those of any two atoms
  double far = reach(a) + reach(b) + radii + gap;
  constexpr double step = 0.1;
  while (gap_between(a, b, (far - step) * direction) > gap) far -= step;
  double near = far - step;
  for (int halving = 0; halving < 40; ++halving) {
    const double middle = (near + far) / 2;
    (gap_between(a, b, middle * direction) > gap ? far : near) = middle;
  }
  return far;
}

}  // namespace

std::vector<Bond> find_bonds(const Structure& molecule) {
  std::vector<Bond> bonds;
  for (int i = 0; i < static_cast<int>(molecule.size()); ++i)
    for (int j = i + 1; j < static_cast<int>(molecule.size()); ++j) {
      const Vec3 between = molecule.positions[static_cast<std::size_t>(j)] -
                           molecule.positions[static_cast<std::size_t>(i)];
      if (between.norm() < bond_stretch * radii_of(molecule, {i, j})) bonds.push_back({i, j});
    }
  return bonds;
}

std::vector<int> moved_with(const std::vector<Bond>& bonds, const Bond& bond) {
  const auto moved = reached(bond.second, bonds, bond);
  if (moved.contains(bond.first)) return {};
  return {moved.begin(), moved.end()};
}

Structure whole_molecule(const Structure& structure, double vacuum) {
  if (structure.size() == 0) no_molecule("it has no atoms");
  const core::NeighborList list(structure, bond_reach(structure));
  std::vector<Vec3> places(structure.size());
  std::vector<bool> placed(structure.size(), false);
  std::vector<int> open = {0};
  places[0] = structure.positions[0];
  placed[0] = true;
  for (std::size_t next = 0; next < open.size(); ++next) {
    const int i = open[next];
    for (const core::Neighbor& neighbor : list.of(static_cast<std::size_t>(i))) {
      if (neighbor.distance >= bond_stretch * radii_of(structure, {i, neighbor.index})) continue;
      const auto j = static_cast<std::size_t>(neighbor.index);
      const Vec3 place = places[static_cast<std::size_t>(i)] + neighbor.vector;
      if (placed[j] && (place - places[j]).norm() > 0.1)
        no_molecule("bonds join it to its own images");
      if (placed[j]) continue;
      places[j] = place;
      placed[j] = true;
      open.push_back(neighbor.index);
    }
  }
  if (open.size() < structure.size())
    no_molecule(
        fmt::format("bonds hold {} of its {} atoms together", open.size(), structure.size()));
  return boxed(structure.numbers, places, vacuum);
}

double width_of(const Structure& molecule) {
  double widest = 0;
  for (const Vec3& a : molecule.positions)
    for (const Vec3& b : molecule.positions) widest = std::max(widest, (b - a).norm());
  return widest;
}

Structure roomy(const Structure& molecule) {
  constexpr double electrons_beyond = 1.4;  // Å, van der Waals radii of hydrogen to fluorine
  const double across = width_of(molecule);
  Vec3 low = molecule.positions.front(), high = low;
  for (const Vec3& a : molecule.positions) low = low.cwiseMin(a), high = high.cwiseMax(a);
  const double edge = std::max(across + molecule_vacuum, 2 * (across + 2 * electrons_beyond));
  return boxed(molecule.numbers, molecule.positions, edge - (high - low).maxCoeff());
}

std::vector<core::Candidate> molecule_pairs(const Structure& first, const Structure& second,
                                            const MoleculePairs& options) {
  std::vector<core::Candidate> pairs;
  for (int item = 0; item < options.count; ++item) {
    auto engine = core::random_engine(options.seed, "generate molecule pair",
                                      static_cast<std::uint64_t>(item));
    Structure a = first, b = second;
    turn(a, random_rotation(engine));
    turn(b, random_rotation(engine));
    const Vec3 direction = random_rotation(engine).col(0);
    const double share = (item + core::uniform(engine)) / options.count;
    const double gap = options.nearest + (options.farthest - options.nearest) * share * share;
    const double distance = distance_of_gap(a, b, direction, gap);
    for (std::size_t j = 0; j < b.size(); ++j) {
      a.numbers.push_back(b.numbers[j]);
      a.positions.push_back(b.positions[j] + distance * direction);
    }
    core::Candidate pair;
    pair.structure = boxed(a.numbers, a.positions, options.vacuum);
    pair.config_type = "molecule_pair";
    pair.origin = fmt::format("{} beside {}, centres {:.3f} Å apart, gap {:.3f} Å", first.formula(),
                              second.formula(), distance, gap);
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

Dissociations dissociations(const Structure& molecule, const BondScan& scan) {
  MLIP_ASSERT(scan.steps >= 2 && scan.longest > 1);
  Dissociations result;
  const auto bonds = find_bonds(molecule);
  std::vector<Bond> pulled;
  for (const Bond& bond : bonds) {
    const auto moving = moved_with(bonds, bond);
    if (moving.empty()) {
      ++result.rings;
      continue;
    }
    if (std::ranges::any_of(pulled, [&](const Bond& b) { return alike_bonds(molecule, b, bond); }))
      continue;
    pulled.push_back(bond);
    const Vec3 along = molecule.positions[static_cast<std::size_t>(bond.second)] -
                       molecule.positions[static_cast<std::size_t>(bond.first)];
    const double length = along.norm(), end = scan.longest * length;
    const double start = std::min(length, 1.0001 * scan.closest * radii_of(molecule, bond));
    for (int step = 0; step < scan.steps; ++step) {
      // In equal ratios: bonds change most where they are short
      const double wanted = start * std::pow(end / start, double(step) / (scan.steps - 1));
      Structure stretched = molecule;
      for (const int atom : moving)
        stretched.positions[static_cast<std::size_t>(atom)] += (wanted / length - 1) * along;
      stretched = boxed(stretched.numbers, stretched.positions, scan.vacuum);
      if (!distances_allowed(stretched, scan.closest)) continue;
      core::Candidate candidate;
      candidate.structure = std::move(stretched);
      candidate.config_type = "dissociation";
      candidate.origin = fmt::format(
          "{}, bond {}-{} of atoms {} and {} at {:.3f} Å, {:.3f} Å at rest", molecule.formula(),
          core::element(molecule.numbers[static_cast<std::size_t>(bond.first)]).symbol,
          core::element(molecule.numbers[static_cast<std::size_t>(bond.second)]).symbol, bond.first,
          bond.second, wanted, length);
      result.candidates.push_back(std::move(candidate));
    }
  }
  return result;
}

std::vector<core::Candidate> bends(const Structure& molecule, int steps, double closest) {
  MLIP_ASSERT(steps >= 2);
  const auto bonds = find_bonds(molecule);
  std::vector<Angle> bent;
  std::vector<core::Candidate> candidates;
  for (const Angle& angle : free_angles(bonds)) {
    if (std::ranges::any_of(bent, [&](const Angle& a) { return alike_angles(molecule, a, angle); }))
      continue;
    bent.push_back(angle);
    const Bend bend(molecule, bonds, angle);
    const auto symbol = [&](int atom) {
      return core::element(molecule.numbers[static_cast<std::size_t>(atom)]).symbol;
    };
    for (int step = 0; step < steps; ++step) {
      const double wanted = bend.narrowest + (bend.widest - bend.narrowest) * step / (steps - 1);
      core::Candidate candidate;
      candidate.structure = bend.at(molecule, wanted);
      if (!distances_allowed(candidate.structure, closest)) continue;
      candidate.config_type = "bend";
      constexpr double degrees = 180 / core::pi;
      candidate.origin = fmt::format(
          "{}, angle {}-{}-{} of atoms {}, {} and {} at {:.1f}°, {:.1f}° at rest",
          molecule.formula(), symbol(angle.still), symbol(angle.centre), symbol(angle.turned),
          angle.still, angle.centre, angle.turned, wanted * degrees, bend.rest * degrees);
      candidates.push_back(std::move(candidate));
    }
  }
  return candidates;
}

}  // namespace mlip::generate
