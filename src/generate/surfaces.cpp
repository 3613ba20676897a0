#include "generate/surfaces.hpp"

#include <fmt/format.h>

#include <Eigen/Geometry>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.hpp"
#include "core/neighbor_list.hpp"

namespace mlip::generate {

namespace {

using core::Mat3;
using core::Structure;
using core::Vec3;

constexpr double close_height = 0.05;   // Å
constexpr double alike_profile = 1e-4;  // of a moment

/// Atoms between two of the stack's planes, upright in a cell with vacuum.
Structure cut_slab(const Structure& stack, double from, double to, double vacuum) {
  Structure slab;
  slab.cell = stack.cell;
  for (std::size_t i = 0; i < stack.size(); ++i) {
    const Vec3& position = stack.positions[i];
    if (position.z() < from - close_height || position.z() > to + close_height) continue;
    slab.numbers.push_back(stack.numbers[i]);
    slab.positions.push_back(position + Vec3(0, 0, vacuum / 2 - from));
  }
  slab.cell.vectors.row(2) = Vec3(0, 0, to - from + vacuum);
  return slab;
}

/// What does not change where a slab is turned or shifted in its plane: moments of the atoms'
/// heights, weighed by element and by what is around.
std::vector<double> profile_of(const Structure& slab) {
  const core::NeighborList list(slab, 2 * core::minimum_distance(slab));
  const double bottom =
      std::ranges::min(slab.positions, {}, [](const Vec3& p) { return p.z(); }).z();
  std::vector<double> moments(9, 0);
  for (std::size_t i = 0; i < slab.size(); ++i) {
    double around = 0;
    for (const core::Neighbor& neighbor : list.of(i))
      around += slab.numbers[std::size_t(neighbor.index)] / std::pow(neighbor.distance, 2);
    const double z = slab.positions[i].z() - bottom;
    std::size_t m = 0;
    for (const double weight : {1.0, double(slab.numbers[i]), around})
      for (const double power : {1.0, z, z * z}) moments[m++] += weight * power;
  }
  return moments;
}

Structure upside_down(Structure slab) {
  for (Vec3& position : slab.positions) position.z() = -position.z();
  return slab;
}

bool same_profile(const std::vector<double>& a, const std::vector<double>& b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (std::abs(a[i] - b[i]) > alike_profile * (1 + std::abs(a[i]))) return false;
  return true;
}

class SlabSeries {
 public:
  SlabSeries(const Symmetry& symmetry, const SurfaceOptions& options)
      : symmetry_(symmetry), options_(options) {}

  void add_plane(const Miller& plane);
  Surfaces take() { return std::move(surfaces_); }

 private:
  [[nodiscard]] Structure slab_from(std::size_t termination) const;
  void add(const Structure& slab, const Miller& plane);

  const Symmetry& symmetry_;
  const SurfaceOptions& options_;
  Structure stack_;                       ///< more than a slab needs
  std::vector<double> heights_;           ///< of the stack's planes of atoms
  std::size_t planes_ = 0, of_unit_ = 0;  ///< of atoms: in a stoichiometric slab, in a unit
  double area_ = 0;
  std::vector<std::vector<double>> met_;
  Surfaces surfaces_;
};

/// The stoichiometric slab, or the first with more planes on top whose sides are alike.
Structure SlabSeries::slab_from(std::size_t termination) const {
  const auto slab = [&](std::size_t more) {
    return cut_slab(stack_, heights_[termination], heights_[termination + planes_ - 1 + more],
                    options_.vacuum);
  };
  for (std::size_t more = 0; more < of_unit_; ++more)
    if (Structure found = slab(more); sides_alike(found, symmetry_.tolerance)) return found;
  return slab(0);
}

void SlabSeries::add_plane(const Miller& plane) {
  const PlaneCell unit = plane_cell(symmetry_, plane);
  const int units = unit.units_of(options_.thickness);
  stack_ = unit.stacked(units + 2);
  area_ = unit.area;
  const auto in_unit = unit.heights();
  of_unit_ = in_unit.size();
  planes_ = of_unit_ * std::size_t(units);
  heights_.clear();
  for (int n = 0; n < units + 2; ++n)
    for (const double height : in_unit) heights_.push_back(height + n * unit.spacing);
  met_.clear();
  for (std::size_t termination = 0; termination < of_unit_; ++termination)
    add(slab_from(termination), plane);
}

void SlabSeries::add(const Structure& slab, const Miller& plane) {
  if (slab.size() > std::size_t(options_.max_atoms)) {
    surfaces_.left_out.push_back(fmt::format("{}: {} atoms", miller_text(plane), slab.size()));
    return;
  }
  const auto up = profile_of(slab), down = profile_of(upside_down(slab));
  if (std::ranges::any_of(met_, [&](const auto& other) {
        return same_profile(other, up) || same_profile(other, down);
      }))
    return;
  met_.push_back(up);
  const double thickness = slab.cell.vectors(2, 2) - options_.vacuum;
  std::string origin =
      fmt::format("{} surface of {}, termination {}, {:.1f} Å thick, {:.2f} Å²", miller_text(plane),
                  symmetry_.primitive.formula(), met_.size(), thickness, area_);
  const bool compound = std::set(slab.numbers.begin(), slab.numbers.end()).size() > 1;
  if (!sides_alike(slab, symmetry_.tolerance))
    origin += compound ? ", sides differ: may be polar" : ", sides differ";
  if (!same_composition(slab, symmetry_.primitive)) origin += ", not stoichiometric";
  surfaces_.candidates.push_back({slab, "surface", origin, 0, {}, {}, true});
}

}  // namespace

bool sides_alike(const Structure& slab, double tolerance) {
  const Symmetry symmetry = find_symmetry(slab, tolerance);
  const Mat3& vectors = symmetry.primitive.cell.vectors;
  return std::ranges::any_of(symmetry.operations, [&](const Operation& operation) {
    const Mat3 turned = vectors.transpose() * operation.rotation * vectors.transpose().inverse();
    return turned(2, 2) < -0.99;
  });
}

Surfaces make_surfaces(const Symmetry& symmetry, const SurfaceOptions& options) {
  SlabSeries series(symmetry, options);
  for (const Miller& plane : options.planes.empty()
                                 ? inequivalent_planes(symmetry, options.largest_index)
                                 : options.planes)
    series.add_plane(plane);
  return series.take();
}

}  // namespace mlip::generate
