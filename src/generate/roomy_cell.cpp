#include "generate/roomy_cell.hpp"

#include <Eigen/Geometry>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "core/error.hpp"
#include "generate/superlattices.hpp"

namespace mlip::generate {

namespace {

using core::Mat3;
using core::Structure;
using core::Vec3;
using Combinations = Eigen::Matrix3i;

Combinations rounded(const Mat3& matrix) {
  return matrix.array().round().matrix().cast<int>();
}

/// Orthonormal rows along the first vectors.
Mat3 axes_along(const Mat3& vectors) {
  const Vec3 x = vectors.row(0).normalized();
  Vec3 y = vectors.row(1).transpose() - vectors.row(1).dot(x) * x;
  y.normalize();
  Mat3 axes;
  axes.row(0) = x;
  axes.row(1) = y;
  axes.row(2) = x.cross(y);
  return axes;
}

/// Multiples of both cells just as long as needed along each vector, and one more.
std::vector<Combinations> multiples(const Symmetry& symmetry, double distance) {
  std::vector<Combinations> found;
  for (const Mat3& cell : {symmetry.conventional, symmetry.primitive.cell.vectors}) {
    const Combinations base = rounded(cell * symmetry.primitive.cell.vectors.inverse());
    Eigen::Array3i least;
    for (Eigen::Index k = 0; k < 3; ++k)
      least[k] = std::max(1, static_cast<int>(std::ceil(distance / cell.row(k).norm() - 1e-6)));
    for (int more = 0; more < 8; ++more) {
      const Eigen::Array3i n = least + Eigen::Array3i(more & 1, more >> 1 & 1, more >> 2);
      found.emplace_back(n.matrix().asDiagonal() * base);
    }
  }
  return found;
}

/// What comes nearest to round lattices of growing size.
std::vector<Combinations> round_lattices(const Symmetry& symmetry, double distance) {
  Mat3 faces, body;
  faces << 0, 1, 1, 1, 0, 1, 1, 1, 0;
  body << -1, 1, 1, 1, -1, 1, 1, 1, -1;
  const Mat3 axes = axes_along(symmetry.conventional);
  const Mat3 inverse = symmetry.primitive.cell.vectors.inverse();
  std::vector<Combinations> found;
  for (const Mat3& shape : {Mat3(Mat3::Identity()), faces, body})
    for (double length = 0.5; length < 2; length += 0.02)
      found.push_back(rounded(length * distance / image_distance(shape) * shape * axes * inverse));
  return found;
}

/// The smallest lattice without vectors shorter than `distance`, of its size that with the longest.
std::optional<Combinations> roomiest(const Mat3& cell, const std::vector<Combinations>& candidates,
                                     double distance) {
  std::optional<Combinations> best;
  int least = 0;
  double farthest = 0;
  for (const Combinations& combinations : candidates) {
    const int copies = std::abs(combinations.determinant());
    if (copies == 0 || (best && copies > least)) continue;
    const double apart = image_distance(combinations.cast<double>() * cell);
    if (apart < distance - 1e-6 || (best && copies == least && apart < farthest + 1e-6)) continue;
    best = combinations;
    least = copies;
    farthest = apart;
  }
  return best;
}

/// Of the same lattice, right-handed.
Combinations short_combinations(const Mat3& cell, const Combinations& combinations) {
  const Combinations found =
      rounded(shortened(combinations.cast<double>() * cell) * cell.inverse());
  return found.determinant() * combinations.determinant() < 0 ? Combinations(-found) : found;
}

}  // namespace

double image_distance(const Mat3& vectors) {
  const Mat3 rows = shortened(vectors);
  double least = std::numeric_limits<double>::infinity();
  for (int a = -2; a <= 2; ++a)
    for (int b = -2; b <= 2; ++b)
      for (int c = -2; c <= 2; ++c)
        if (a != 0 || b != 0 || c != 0)
          least = std::min(least, (a * rows.row(0) + b * rows.row(1) + c * rows.row(2)).norm());
  return least;
}

Structure repeated(const Structure& crystal, const Combinations& combinations) {
  const auto wanted = static_cast<std::size_t>(std::abs(combinations.determinant()));
  MLIP_ASSERT(wanted > 0);
  Structure result;
  result.cell = {combinations.cast<double>() * crystal.cell.vectors, {true, true, true}};
  const Mat3 inverse = combinations.cast<double>().inverse();
  const Eigen::Array3i span = combinations.cwiseAbs().colwise().sum().transpose().array();
  std::vector<Vec3> copies = {Vec3::Zero()};
  for (int a = -span[0]; a <= span[0]; ++a)
    for (int b = -span[1]; b <= span[1]; ++b)
      for (int c = -span[2]; c <= span[2]; ++c) {
        const Vec3 inside = inverse.transpose() * Vec3(a, b, c);
        const bool is_inside = (inside.array() > -1e-9).all() && (inside.array() < 1 - 1e-9).all();
        if (is_inside && (a != 0 || b != 0 || c != 0)) copies.emplace_back(a, b, c);
      }
  MLIP_ASSERT(copies.size() == wanted);
  for (const Vec3& copy : copies)
    for (std::size_t i = 0; i < crystal.size(); ++i) {
      result.numbers.push_back(crystal.numbers[i]);
      result.positions.push_back(crystal.positions[i] + crystal.to_cartesian({copy}));
    }
  return result;
}

Combinations roomy_combinations(const Symmetry& symmetry, double distance) {
  MLIP_ASSERT(distance > 0);
  constexpr int most_tried = 48;
  const Mat3& cell = symmetry.primitive.cell.vectors;
  auto candidates = multiples(symmetry, distance);
  for (Combinations& combinations : round_lattices(symmetry, distance))
    candidates.push_back(combinations);
  const auto simple = roomiest(cell, candidates, distance);
  MLIP_ASSERT(simple);
  // No lattice is denser than the face-centred one
  const double densest = std::pow(distance, 3) / std::sqrt(2.0);
  const int fewest =
      std::max(1, static_cast<int>(std::ceil(densest / symmetry.primitive.cell.volume() - 1e-6)));
  const int beaten = std::min(most_tried + 1, std::abs(simple->determinant()));
  for (int copies = fewest; copies < beaten; ++copies)
    if (const auto found = roomiest(cell, hermite_forms(copies), distance))
      return short_combinations(cell, *found);
  return *simple;
}

Structure roomy_cell(const Symmetry& symmetry, double distance) {
  return repeated(symmetry.primitive, roomy_combinations(symmetry, distance));
}

}  // namespace mlip::generate
