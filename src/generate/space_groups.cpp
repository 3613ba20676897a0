#include "generate/space_groups.hpp"

#include <spglib.h>

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.hpp"

namespace mlip::generate {

namespace {

using core::Fractional;
using core::Mat3;
using core::Vec3;

constexpr double one_site = 1e-3;  // Å

Vec3 to_nearest(Vec3 between) {
  for (double& x : between) x -= std::round(x);
  return between;
}

/// In the conventional cell, centrings included.
std::vector<Operation> tabulated(int hall_number) {
  std::array<int[3][3], 192> rotations;
  std::array<double[3], 192> translations;
  const int count =
      spg_get_symmetry_from_database(rotations.data(), translations.data(), hall_number);
  std::vector<Operation> operations(static_cast<std::size_t>(count));
  for (std::size_t n = 0; n < operations.size(); ++n)
    for (int i = 0; i < 3; ++i) {
      operations[n].translation[i] = translations[n][i];
      for (int j = 0; j < 3; ++j) operations[n].rotation(i, j) = rotations[n][i][j];
    }
  return operations;
}

/// Columns are vectors of a primitive cell, in those of the conventional one.
Mat3 primitive_vectors(const std::vector<Operation>& operations) {
  std::vector<Vec3> steps = {Vec3::UnitX(), Vec3::UnitY(), Vec3::UnitZ()};
  for (const Operation& operation : operations)
    if (operation.rotation.isIdentity() && to_nearest(operation.translation).norm() > 0.1)
      steps.push_back(to_nearest(operation.translation));
  const double volume = 1 / double(steps.size() - 2);
  for (std::size_t a = steps.size(); a-- > 0;)
    for (std::size_t b = a; b-- > 0;)
      for (std::size_t c = b; c-- > 0;) {
        Mat3 vectors;
        vectors << steps[a], steps[b], steps[c];
        if (std::abs(std::abs(vectors.determinant()) - volume) < 1e-6) return vectors;
      }
  return Mat3::Identity();
}

SpaceGroup primitive_group(int hall_number) {
  const auto operations = tabulated(hall_number);
  const Mat3 vectors = primitive_vectors(operations), inverse = vectors.inverse();
  SpaceGroup group;
  for (const Operation& each : operations) {
    const Operation reduced{(inverse * each.rotation * vectors).array().round().matrix(),
                            inverse * each.translation};
    const auto same = [&](const Operation& other) { return other.rotation == reduced.rotation; };
    if (std::ranges::none_of(group, same)) group.push_back(reduced);
  }
  MLIP_ASSERT(!group.empty() && group.front().rotation.isIdentity());
  return group;
}

}  // namespace

const std::vector<SpaceGroup>& space_groups() {
  static const std::vector<SpaceGroup> groups = [] {
    std::vector<SpaceGroup> all;
    constexpr int settings = 530;
    for (int hall_number = 1; hall_number <= settings; ++hall_number)
      if (spg_get_spacegroup_type(hall_number).number > std::ssize(all))
        all.push_back(primitive_group(hall_number));
    return all;
  }();
  return groups;
}

Mat3 made_symmetric(const Mat3& vectors, const SpaceGroup& group) {
  const Mat3 metric = vectors * vectors.transpose();
  Mat3 mean = Mat3::Zero();
  for (const Operation& operation : group)
    mean += operation.rotation.transpose() * metric * operation.rotation;
  const Mat3 rows = Mat3(mean / double(group.size())).llt().matrixL();
  return rows * std::cbrt(std::abs(vectors.determinant()) / rows.determinant());
}

std::vector<Fractional> orbit_of(const Fractional& place, const SpaceGroup& group,
                                 const core::Structure& cell) {
  std::vector<Fractional> places;
  for (const Operation& operation : group) {
    const Fractional image = operation(place);
    if (std::ranges::none_of(
            places, [&](const auto& other) { return apart(cell, other, image) < one_site; }))
      places.push_back(image);
  }
  return places;
}

Fractional drawn_together(Fractional place, const SpaceGroup& group, const core::Structure& cell,
                          double radius) {
  constexpr int rounds = 30;
  for (int round = 0; round < rounds; ++round) {
    Vec3 shift = Vec3::Zero();
    int near = 0;
    for (const Operation& operation : group) {
      const Vec3 between = to_nearest(operation(place).value - place.value);
      if (cell.to_cartesian({between}).norm() > radius) continue;
      shift += between;
      ++near;
    }
    place.value += shift / near;
    if (cell.to_cartesian({Vec3(shift / near)}).norm() < 1e-9) break;
  }
  return place;
}

}  // namespace mlip::generate
