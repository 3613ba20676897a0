#include "generate/lattice_planes.hpp"

#include <fmt/format.h>

#include <Eigen/Geometry>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <set>

#include "core/error.hpp"
#include "generate/roomy_cell.hpp"

namespace mlip::generate {

namespace {

using core::IVec3;
using core::Mat3;
using core::Structure;
using core::Vec3;

constexpr double same_height = 0.05;  // Å
constexpr int most_parts = 12;        // of a primitive vector's index, by centring

/// Indices of the primitive cell's vectors, without a common factor.
IVec3 primitive_indices(const Symmetry& symmetry, const Miller& plane) {
  const Vec3 normal = symmetry.conventional.inverse() * plane.cast<double>();
  const Vec3 shares = symmetry.primitive.cell.vectors * normal;
  for (int parts = 1; parts <= most_parts; ++parts) {
    const Vec3 whole = (shares * parts).array().round();
    if ((shares * parts - whole).cwiseAbs().maxCoeff() > 1e-3) continue;
    const IVec3 indices = whole.cast<int>();
    return indices / std::gcd(std::gcd(indices[0], indices[1]), indices[2]);
  }
  MLIP_ASSERT(false);
  return IVec3::Zero();
}

/// Integer combinations of the primitive vectors, the shortest first.
std::vector<IVec3> combinations_by_length(const Mat3& vectors, int reach) {
  std::vector<IVec3> found;
  for (int i = -reach; i <= reach; ++i)
    for (int j = -reach; j <= reach; ++j)
      for (int k = -reach; k <= reach; ++k)
        if (i != 0 || j != 0 || k != 0) found.emplace_back(i, j, k);
  const auto length = [&](const IVec3& n) {
    return (n.cast<double>().transpose() * vectors).norm();
  };
  std::ranges::stable_sort(
      found, [&](const IVec3& a, const IVec3& b) { return length(a) < length(b) - 1e-6; });
  return found;
}

/// Rows: the two shortest in the plane, and the shortest that leads to the next.
Eigen::Matrix3i along_plane(const Mat3& vectors, const IVec3& indices) {
  const auto candidates = combinations_by_length(vectors, 2 * indices.cwiseAbs().maxCoeff() + 2);
  Eigen::Matrix3i rows;
  int in_plane = 0;
  bool out = false;
  for (const IVec3& n : candidates) {
    const int planes = n.dot(indices);
    if (planes == 0 && in_plane == 0)
      rows.row(in_plane++) = n;
    else if (planes == 0 && in_plane == 1 && rows.row(0).transpose().cross(n) != IVec3::Zero())
      rows.row(in_plane++) = n;
    else if (planes == 1 && !out) {
      rows.row(2) = n;
      out = true;
    }
  }
  MLIP_ASSERT(in_plane == 2 && out && std::abs(rows.determinant()) == 1);
  return rows;
}

}  // namespace

std::string miller_text(const Miller& plane) {
  return fmt::format("({} {} {})", plane[0], plane[1], plane[2]);
}

std::vector<Miller> inequivalent_planes(const Symmetry& symmetry, int largest) {
  std::vector<Miller> planes;
  for (int h = largest; h >= -largest; --h)
    for (int k = largest; k >= -largest; --k)
      for (int l = largest; l >= -largest; --l)
        if (std::gcd(std::gcd(h, k), l) == 1) planes.emplace_back(h, k, l);
  std::ranges::stable_sort(planes, [](const Miller& a, const Miller& b) {
    const auto rank = [](const Miller& m) {
      return std::pair(m.squaredNorm(), (m.array() < 0).count());
    };
    return rank(a) < rank(b);
  });
  const auto key = [](const IVec3& m) { return std::array{m[0], m[1], m[2]}; };
  std::set<std::array<int, 3>> seen;
  std::vector<Miller> found;
  for (const Miller& plane : planes) {
    const IVec3 indices = primitive_indices(symmetry, plane);
    if (seen.contains(key(indices))) continue;
    found.push_back(plane);
    for (const Operation& operation : symmetry.operations) {
      const IVec3 image =
          (operation.rotation.transpose() * indices.cast<double>()).array().round().cast<int>();
      seen.insert(key(image));
      seen.insert(key(-image));
    }
  }
  return found;
}

PlaneCell plane_cell(const Symmetry& symmetry, const Miller& plane) {
  if (plane == Miller::Zero())
    throw core::UserError(core::ExitCode::bad_input, "(0 0 0) is no plane",
                          "give three indices that are not all zero: 1,1,1");
  Eigen::Matrix3i rows =
      along_plane(symmetry.primitive.cell.vectors, primitive_indices(symmetry, plane));
  Mat3 vectors = rows.cast<double>() * symmetry.primitive.cell.vectors;
  if (vectors.determinant() < 0) rows.row(1) = -rows.row(1).eval();
  PlaneCell result;
  result.cell = repeated(symmetry.primitive, rows);
  vectors = result.cell.cell.vectors;
  const Vec3 first = vectors.row(0), second = vectors.row(1), normal = first.cross(second);
  result.turned.row(0) = first.normalized();
  result.turned.row(2) = normal.normalized();
  result.turned.row(1) = Vec3(result.turned.row(2)).cross(Vec3(result.turned.row(0)));
  result.cell.cell.vectors = vectors * result.turned.transpose();
  result.area = normal.norm();
  result.spacing = result.cell.cell.vectors(2, 2);
  for (Vec3& position : result.cell.positions) {
    position = result.turned * position;
    Vec3 place = result.cell.to_fractional(position).value;
    for (double& x : place) x -= std::floor(x + 1e-6);
    position = result.cell.to_cartesian({place});
  }
  return result;
}

Structure PlaneCell::stacked(int units) const {
  Structure result;
  result.cell = cell.cell;
  result.cell.vectors.row(2) *= units;
  std::vector<std::pair<int, Vec3>> atoms;
  for (int n = 0; n < units; ++n)
    for (std::size_t i = 0; i < cell.size(); ++i)
      atoms.emplace_back(cell.numbers[i], cell.positions[i] + n * Vec3(cell.cell.vectors.row(2)));
  std::ranges::stable_sort(
      atoms, [](const auto& a, const auto& b) { return a.second.z() < b.second.z() - 1e-6; });
  for (const auto& [number, position] : atoms) {
    result.numbers.push_back(number);
    result.positions.push_back(position);
  }
  return result;
}

int PlaneCell::units_of(double thickness) const {
  return std::max(1, static_cast<int>(std::ceil(thickness / spacing - 1e-6)));
}

std::vector<double> PlaneCell::heights() const {
  std::vector<double> all, found;
  for (const Vec3& position : cell.positions) all.push_back(position.z());
  std::ranges::sort(all);
  for (const double z : all)
    if (found.empty() || z - found.back() > same_height) found.push_back(z);
  if (found.size() > 1 && found.front() + spacing - found.back() < same_height) found.pop_back();
  return found;
}

std::vector<double> PlaneCell::gaps() const {
  const auto at = heights();
  std::vector<double> below = {at.front() + spacing - at.back()};
  for (std::size_t n = 1; n < at.size(); ++n) below.push_back(at[n] - at[n - 1]);
  return below;
}

PlaneCell PlaneCell::from_widest_gap() const {
  constexpr double alike = 1e-3;
  const auto below = gaps();
  const double gap = std::ranges::max(below);
  const auto widest = std::ranges::find_if(below, [&](double g) { return g > gap - alike; });
  const double start = heights()[std::size_t(widest - below.begin())];
  PlaneCell moved = *this;
  for (Vec3& position : moved.cell.positions) {
    if (position.z() < start - alike) position += Vec3(cell.cell.vectors.row(2));
    position.z() += gap / 2 - start;
  }
  return moved;
}

bool same_composition(const Structure& a, const Structure& b) {
  std::map<int, std::ptrdiff_t> surplus;
  for (const int number : a.numbers) surplus[number] += std::ptrdiff_t(b.size());
  for (const int number : b.numbers) surplus[number] -= std::ptrdiff_t(a.size());
  return std::ranges::all_of(surplus, [](const auto& entry) { return entry.second == 0; });
}

}  // namespace mlip::generate
