#include "generate/superlattices.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "core/error.hpp"
#include "generate/symmetry.hpp"

namespace mlip::generate {

namespace {

using core::Mat3;
using core::Structure;
using core::Vec3;
using IMat3 = Eigen::Matrix3i;

constexpr double same_place = 1e-3;  // Å

/// The form of the lattice that the rows of `matrix` span.
IMat3 hermite_form(IMat3 matrix) {
  for (int axis = 0; axis < 3; ++axis) {
    for (int row = axis + 1; row < 3; ++row)
      while (matrix(row, axis) != 0) {
        matrix.row(axis) -= (matrix(axis, axis) / matrix(row, axis)) * matrix.row(row).eval();
        matrix.row(axis).swap(matrix.row(row));
      }
    if (matrix(axis, axis) < 0) matrix.row(axis) *= -1;
    for (int row = 0; row < axis; ++row) {
      const int pivot = matrix(axis, axis), value = matrix(row, axis);
      const int times = value >= 0 ? value / pivot : -((pivot - 1 - value) / pivot);
      matrix.row(row) -= times * matrix.row(axis).eval();
    }
  }
  return matrix;
}

bool falls_on_like(const Structure& crystal, int number, const Vec3& place) {
  const core::Fractional there = crystal.to_fractional(place);
  for (std::size_t i = 0; i < crystal.size(); ++i)
    if (crystal.numbers[i] == number &&
        apart(crystal, crystal.to_fractional(crystal.positions[i]), there) < same_place)
      return true;
  return false;
}

/// Whether the crystal is the same after a rotation and some translation.
bool is_symmetry(const Structure& crystal, const Mat3& rotation) {
  const auto turned = [&](std::size_t i) -> Vec3 { return rotation * crystal.positions[i]; };
  for (std::size_t to = 0; to < crystal.size(); ++to) {
    if (crystal.numbers[to] != crystal.numbers[0]) continue;
    const Vec3 translation = crystal.positions[to] - turned(0);
    bool same = true;
    for (std::size_t i = 0; i < crystal.size() && same; ++i)
      same = falls_on_like(crystal, crystal.numbers[i], turned(i) + translation);
    if (same) return true;
  }
  return false;
}

/// Rotations of the crystal as integer matrices R: row vectors of the cell become R · cell.
std::vector<IMat3> rotations(const Structure& crystal) {
  const Mat3& cell = crystal.cell.vectors;
  const Mat3 metric = cell * cell.transpose();
  std::vector<IMat3> found;
  for (int code = 0; code < 19683; ++code) {
    IMat3 turn;
    for (int k = 0, rest = code; k < 9; ++k, rest /= 3) turn(k / 3, k % 3) = rest % 3 - 1;
    const Mat3 real = turn.cast<double>();
    if ((real * metric * real.transpose() - metric).norm() > 1e-4 * metric.norm()) continue;
    const Mat3 rotation = (cell.inverse() * real * cell).transpose();
    if (is_symmetry(crystal, rotation)) found.push_back(turn);
  }
  return found;
}

std::array<int, 6> key_of(const IMat3& form) {
  return {form(0, 0), form(0, 1), form(0, 2), form(1, 1), form(1, 2), form(2, 2)};
}

/// The atoms of the crystal in the cell of `vectors`, as many as fit in `copies` of its own.
Structure filled(const Structure& crystal, const IMat3& form, const Mat3& vectors) {
  Structure result;
  result.cell = {vectors, {true, true, true}};
  // One of each lattice point: those in the box of the form's diagonal
  for (int a = 0; a < form(0, 0); ++a)
    for (int b = 0; b < form(1, 1); ++b)
      for (int c = 0; c < form(2, 2); ++c)
        for (std::size_t i = 0; i < crystal.size(); ++i) {
          const Vec3 place =
              crystal.positions[i] + crystal.cell.vectors.transpose() * Vec3(a, b, c);
          Vec3 inside = result.to_fractional(place).value;
          for (double& x : inside) x -= std::floor(x + 1e-9);
          result.numbers.push_back(crystal.numbers[i]);
          result.positions.push_back(result.to_cartesian({inside}));
        }
  return result;
}

}  // namespace

Mat3 shortened(Mat3 rows) {
  for (bool changed = true; changed;) {
    changed = false;
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j) {
        if (i == j) continue;
        const double times = std::round(rows.row(i).dot(rows.row(j)) / rows.row(j).squaredNorm());
        const Eigen::RowVector3d shorter = rows.row(i) - times * rows.row(j);
        if (shorter.squaredNorm() > rows.row(i).squaredNorm() * (1 - 1e-9)) continue;
        rows.row(i) = shorter;
        changed = true;
      }
  }
  return rows;
}

std::vector<Eigen::Matrix3i> hermite_forms(int determinant) {
  std::vector<Eigen::Matrix3i> forms;
  for (int a = 1; a <= determinant; ++a)
    for (int b = 1; a * b <= determinant; ++b) {
      if (determinant % (a * b) != 0) continue;
      const int c = determinant / (a * b);
      for (int below = 0; below < b * c * c; ++below)
        forms.push_back(
            Eigen::Matrix3i{{a, below / (c * c), below / c % c}, {0, b, below % c}, {0, 0, c}});
    }
  return forms;
}

std::vector<Structure> superlattices(const Structure& crystal, int copies) {
  MLIP_ASSERT(copies > 0 && crystal.cell.all_periodic() && crystal.size() > 0);
  Structure reduced = crystal;
  reduced.cell.vectors = shortened(crystal.cell.vectors);
  const auto turns = rotations(reduced);
  std::set<std::array<int, 6>> seen;
  std::vector<Structure> found;
  for (const IMat3& form : hermite_forms(copies)) {
    if (!seen.insert(key_of(form)).second) continue;
    for (const IMat3& turn : turns) seen.insert(key_of(hermite_form(form * turn)));
    found.push_back(filled(reduced, form, shortened(form.cast<double>() * reduced.cell.vectors)));
  }
  return found;
}

}  // namespace mlip::generate
