#include "generate/grain_boundaries.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/error.hpp"
#include "core/neighbor_list.hpp"

namespace mlip::generate {

namespace {

using core::Structure;
using core::Vec3;

constexpr std::size_t cubic_rotations = 48;
constexpr double in_mirror = 0.01;  // Å

/// Both grains, the boundaries at height 0 and half-way up; `first` atoms are of the lower grain.
struct Bicrystal {
  Structure structure;
  std::size_t first = 0;
};

Bicrystal joined(const PlaneCell& unit, int units, const Vec3& shift) {
  const Structure grain = unit.stacked(units + 1);
  const double height = units * unit.spacing;
  Bicrystal both;
  both.structure.cell = unit.cell.cell;
  both.structure.cell.vectors.row(2) = Vec3(0, 0, 2 * height);
  const auto add = [&](const Structure& from, bool mirrored) {
    for (std::size_t i = 0; i < from.size(); ++i) {
      Vec3 position = from.positions[i];
      const double margin = mirrored ? -in_mirror : in_mirror;
      if (position.z() < -margin || position.z() > height + margin) continue;
      if (mirrored) position = shift + Vec3(position.x(), position.y(), 2 * height - position.z());
      both.structure.numbers.push_back(from.numbers[i]);
      both.structure.positions.push_back(position);
    }
  };
  add(grain, false);
  both.first = both.structure.size();
  add(grain, true);
  return both;
}

/// Of each element, atoms beyond its share in the crystal.
class Surplus {
 public:
  Surplus(const Structure& crystal, const Structure& structure) {
    for (const int number : crystal.numbers) share_[number] += 1 / double(crystal.size());
    for (const int number : structure.numbers) take_away(number, -1);
  }
  [[nodiscard]] double of(int number) const {
    return counts_.at(number) - share_.at(number) * all_;
  }
  void take_away(int number, double atoms = 1) {
    counts_[number] -= atoms;
    all_ -= atoms;
  }

 private:
  std::map<int, double> share_, counts_;
  double all_ = 0;
};

/// Of two atoms that come too close one goes: the one whose element there is too much of, else the
/// one of the second grain.
Structure without_overlaps(const Bicrystal& both, const Structure& crystal, double closest) {
  const auto& numbers = both.structure.numbers;
  const core::NeighborList list(both.structure, closest);
  Surplus surplus(crystal, both.structure);
  std::vector<bool> gone(numbers.size(), false);
  for (std::size_t i = both.first; i < numbers.size(); ++i)
    for (const core::Neighbor& neighbor : list.of(i)) {
      const auto j = static_cast<std::size_t>(neighbor.index);
      if (j >= i || gone[i] || gone[j] || neighbor.distance >= closest) continue;
      const std::size_t less = surplus.of(numbers[j]) > surplus.of(numbers[i]) + 1e-9 ? j : i;
      gone[less] = true;
      surplus.take_away(numbers[less]);
    }
  Structure result;
  result.cell = both.structure.cell;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (gone[i]) continue;
    result.numbers.push_back(numbers[i]);
    result.positions.push_back(both.structure.positions[i]);
  }
  return result;
}

/// Height 0 is where the mirror is: on a plane of atoms, or where these are paired, as in diamond,
/// between pairs, whose bonds stay.
PlaneCell mirrored_cell(const Symmetry& symmetry, const Miller& plane) {
  constexpr double paired = 1.5;  // widest over narrowest gap
  const PlaneCell unit = plane_cell(symmetry, plane);
  const auto gaps = unit.gaps();
  return std::ranges::max(gaps) > paired * std::ranges::min(gaps) ? unit.from_widest_gap() : unit;
}

std::vector<Miller> planes_up_to(const Symmetry& symmetry, int largest_sigma) {
  std::vector<Miller> planes;
  const int largest_index = static_cast<int>(std::sqrt(2.0 * largest_sigma));
  for (const Miller& plane : inequivalent_planes(symmetry, largest_index))
    if (const int sigma = sigma_of(plane); sigma > 1 && sigma <= largest_sigma)
      planes.push_back(plane);
  std::ranges::stable_sort(planes, {}, sigma_of);
  return planes;
}

void add_boundary(GrainBoundaries& boundaries, const Symmetry& symmetry, const Miller& plane,
                  const GrainBoundaryOptions& options) {
  if (sigma_of(plane) == 1)
    throw core::UserError(
        core::ExitCode::bad_input,
        fmt::format("{} is a mirror of the crystal: both grains would be one", miller_text(plane)),
        "name another plane: 1,1,1 or 2,1,0");
  const PlaneCell unit = mirrored_cell(symmetry, plane);
  const int units = unit.units_of(options.thickness);
  const double closest = options.closest * core::minimum_distance(symmetry.primitive);
  for (int n = 0; n < options.shifts; ++n)
    for (int m = 0; m < options.shifts; ++m) {
      const core::Mat3& vectors = unit.cell.cell.vectors;
      const Vec3 shift = (n * vectors.row(0) + m * vectors.row(1)) / options.shifts;
      core::Candidate candidate;
      candidate.structure =
          without_overlaps(joined(unit, units, shift), symmetry.primitive, closest);
      candidate.config_type = "grain_boundary";
      const std::string name = fmt::format("Σ{} {} boundary of {}", sigma_of(plane),
                                           miller_text(plane), symmetry.primitive.formula());
      if (candidate.structure.size() > std::size_t(options.max_atoms)) {
        boundaries.left_out.push_back(
            fmt::format("{}: {} atoms", name, candidate.structure.size()));
        return;
      }
      candidate.origin =
          fmt::format("{}, {:.2f} Å² each, shifted by {}/{} and {}/{} of the vectors in the plane",
                      name, unit.area, n, options.shifts, m, options.shifts);
      if (!same_composition(candidate.structure, symmetry.primitive))
        candidate.origin += ", not stoichiometric";
      boundaries.candidates.push_back(std::move(candidate));
    }
}

}  // namespace

int sigma_of(const Miller& plane) {
  int sigma = plane.squaredNorm();
  while (sigma > 0 && sigma % 2 == 0) sigma /= 2;
  return sigma;
}

bool is_cubic(const Symmetry& symmetry) {
  std::set<std::vector<int>> rotations;
  for (const Operation& operation : symmetry.operations) {
    const core::Mat3 rounded = operation.rotation.array().round();
    std::vector<int> rotation;
    for (Eigen::Index k = 0; k < 9; ++k) rotation.push_back(int(rounded.data()[k]));
    rotations.insert(rotation);
  }
  return rotations.size() == cubic_rotations;
}

GrainBoundaries make_grain_boundaries(const Symmetry& symmetry,
                                      const GrainBoundaryOptions& options) {
  if (!is_cubic(symmetry))
    throw core::UserError(
        core::ExitCode::bad_input,
        fmt::format("{} {} has not the full symmetry of a cube", symmetry.space_group,
                    symmetry.primitive.formula()),
        "grain boundaries are made of cubic crystals such as fcc, bcc, diamond and rock salt");
  GrainBoundaries boundaries;
  for (const Miller& plane :
       options.planes.empty() ? planes_up_to(symmetry, options.largest_sigma) : options.planes)
    add_boundary(boundaries, symmetry, plane, options);
  return boundaries;
}

}  // namespace mlip::generate
