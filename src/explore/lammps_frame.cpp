#include "explore/lammps_frame.hpp"

#include <Eigen/Geometry>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>

#include "core/error.hpp"

namespace mlip::explore {
namespace {

using core::Mat3;
using core::Vec3;

constexpr double smallest_tilt = 1e-10;  // Å

Vec3 row(const Mat3& matrix, int k) {
  return matrix.row(k).transpose();
}

// A unit vector at right angles to all vectors given (at most two).
Vec3 perpendicular(const std::vector<Vec3>& vectors) {
  if (vectors.size() == 2) return vectors[0].cross(vectors[1]).normalized();
  if (vectors.empty()) return Vec3::UnitX();
  const Vec3 u = vectors[0].normalized();
  int least = 0;
  u.cwiseAbs().minCoeff(&least);
  return (Vec3::Unit(least) - u[least] * u).normalized();
}

void fill_open_axes(const core::Structure& structure, double vacuum, Mat3& cell, Vec3& origin) {
  std::vector<Vec3> known;
  for (int k = 0; k < 3; ++k)
    if (structure.cell.periodic[k]) known.push_back(row(cell, k));
  for (int k = 0; k < 3; ++k) {
    if (structure.cell.periodic[k]) continue;
    const Vec3 direction = perpendicular(known);
    double low = 0, high = 0;
    for (std::size_t i = 0; i < structure.size(); ++i) {
      const double height = structure.positions[i].dot(direction);
      low = i == 0 ? height : std::min(low, height);
      high = i == 0 ? height : std::max(high, height);
    }
    cell.row(k) = direction.transpose() * (high - low + vacuum);
    origin += direction * (low - vacuum / 2);
    known.push_back(direction);
  }
}

void check_volume(const Mat3& cell) {
  const double scale = cell.rowwise().norm().prod();
  if (cell.allFinite() && std::abs(cell.determinant()) > 1e-6 * scale) return;
  throw core::UserError(core::ExitCode::bad_input, "the cell vectors span no volume");
}

// Subtracts from vector `from` the multiple of vector `of` that makes the tilt smallest.
void reduce_tilt(LammpsFrame& frame, int from, int of) {
  const double n = std::round(frame.box(from, of) / frame.box(of, of));
  frame.box.row(from) -= n * frame.box.row(of);
  frame.basis.row(from) -= n * frame.basis.row(of);
}

Mat3 effective_cell(const core::Structure& structure, double vacuum, Vec3& origin) {
  Mat3 cell = structure.cell.vectors;
  origin = Vec3::Zero();
  fill_open_axes(structure, vacuum, cell, origin);
  check_volume(cell);
  return cell;
}

}  // namespace

LammpsFrame make_frame(const core::Structure& structure, double vacuum) {
  LammpsFrame frame;
  frame.cell = structure.cell;
  Mat3 cell = effective_cell(structure, vacuum, frame.origin);
  if (cell.determinant() < 0) {
    frame.basis(2, 2) = -1;
    cell.row(2) *= -1;
  }
  const Vec3 x = row(cell, 0).normalized();
  const Vec3 z = row(cell, 0).cross(row(cell, 1)).normalized();
  frame.rotation.row(0) = x.transpose();
  frame.rotation.row(1) = z.cross(x).transpose();
  frame.rotation.row(2) = z.transpose();
  frame.box = cell * frame.rotation.transpose();
  for (int i = 0; i < 3; ++i)
    for (int j = i + 1; j < 3; ++j) frame.box(i, j) = 0;
  reduce_tilt(frame, 1, 0);
  reduce_tilt(frame, 2, 1);
  reduce_tilt(frame, 2, 0);
  for (int i = 1; i < 3; ++i)
    for (int j = 0; j < i; ++j)
      if (std::abs(frame.box(i, j)) < smallest_tilt) frame.box(i, j) = 0;
  return frame;
}

core::Structure from_lammps(const LammpsFrame& frame, const LammpsSnapshot& snapshot) {
  const Mat3 effective = frame.basis.inverse() * snapshot.box * frame.rotation;
  core::Structure structure;
  structure.cell = frame.cell;
  for (int k = 0; k < 3; ++k)
    if (frame.cell.periodic[k]) structure.cell.vectors.row(k) = effective.row(k);
  structure.numbers = snapshot.numbers;
  const Mat3 to_fractional = effective.transpose().inverse();
  for (std::size_t i = 0; i < snapshot.positions.size(); ++i) {
    const Vec3 unwrapped =
        snapshot.positions[i] - snapshot.corner + snapshot.box.transpose() * snapshot.images[i];
    const Vec3 shift = frame.rotation.transpose() * unwrapped + frame.origin;
    Vec3 cells = Vec3::Zero();
    const Vec3 fractional = to_fractional * shift;
    for (int k = 0; k < 3; ++k)
      if (frame.cell.periodic[k]) cells[k] = std::floor(fractional[k] + 1e-12);
    structure.positions.push_back(shift - effective.transpose() * cells);
  }
  return structure;
}

}  // namespace mlip::explore
