#include "dft/box.hpp"

#include <Eigen/Geometry>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <vector>

#include "core/error.hpp"
#include "core/units.hpp"

namespace mlip::dft {

namespace {

constexpr double vacuum = 10;  // Å
constexpr double spacing_tolerance = 1.05;
constexpr double parted = 7;  // Å: electrons of both sides of a slab's vacuum do not meet

double extent(const core::Structure& structure, const core::Vec3& direction) {
  double low = 0, high = 0;
  for (std::size_t i = 0; i < structure.size(); ++i) {
    const double x = structure.positions[i].dot(direction);
    low = i == 0 ? x : std::min(low, x);
    high = i == 0 ? x : std::max(high, x);
  }
  return high - low;
}

/// Twice the molecule: what the truncated Coulomb interaction needs to see no image.
double box_length(double extent) {
  return std::max(extent + vacuum, 2 * (extent + 2));
}

core::Structure cluster_in_box(core::Structure structure) {
  double length = 0;
  for (int axis = 0; axis < 3; ++axis)
    length = std::max(length, box_length(extent(structure, core::Vec3::Unit(axis))));
  structure.cell.vectors = core::Mat3::Identity() * length;
  return structure;
}

/// Å, the widest gap between the heights of atoms along an axis of a periodic cell.
double widest_gap(const core::Structure& structure, Eigen::Index axis) {
  std::vector<double> heights;
  for (const core::Vec3& position : structure.positions) {
    const double height = structure.to_fractional(position).value[axis];
    heights.push_back(height - std::floor(height));
  }
  if (heights.empty()) return 0;
  std::ranges::sort(heights);
  double widest = heights.front() + 1 - heights.back();
  for (std::size_t k = 1; k < heights.size(); ++k)
    widest = std::max(widest, heights[k] - heights[k - 1]);
  return widest / structure.cell.vectors.inverse().col(axis).norm();
}

}  // namespace

core::Structure boxed(const core::Structure& structure) {
  auto& vectors = structure.cell.vectors;
  if (vectors.isZero()) return cluster_in_box(structure);
  core::Structure result = structure;
  for (int axis = 0; axis < 3; ++axis) {
    if (!vectors.row(axis).isZero()) continue;
    const core::Vec3 a = result.cell.vectors.row((axis + 1) % 3),
                     b = result.cell.vectors.row((axis + 2) % 3);
    core::Vec3 normal = a.cross(b);
    if (normal.isZero()) normal = (a.isZero() ? b : a).unitOrthogonal();
    normal.normalize();
    result.cell.vectors.row(axis) = normal * (extent(structure, normal) + vacuum);
  }
  return result;
}

std::array<int, 3> odd_grid(const core::Structure& structure, double k_spacing) {
  MLIP_ASSERT(k_spacing > 0);
  std::array<int, 3> grid = {1, 1, 1};
  const core::Structure cell = boxed(structure);
  const core::Mat3 reciprocal = 2 * core::pi * cell.cell.vectors.inverse().transpose();
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (!structure.cell.periodic[axis]) continue;
    const auto row = static_cast<Eigen::Index>(axis);
    if (widest_gap(cell, row) > parted) continue;
    const double length = reciprocal.row(row).norm();
    int n = static_cast<int>(std::ceil(length / (k_spacing * spacing_tolerance)));
    grid[axis] = std::max(1, n % 2 == 0 ? n + 1 : n);
  }
  return grid;
}

}  // namespace mlip::dft
