#include "generate/voronoi_cell.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "core/error.hpp"
#include "core/neighbor_list.hpp"

namespace mlip::generate {

namespace {

using core::Mat3;
using core::Vec3;

constexpr double same_point = 1e-3;  // Å

/// A polyhedron around the origin as the corners where three of its planes meet; planes through a
/// corner that is there already cut nothing, so that four and more may meet in crystals.
class Polyhedron {
 public:
  explicit Polyhedron(double half_edge) {
    for (int axis = 0; axis < 3; ++axis)
      for (const double side : {-1.0, 1.0}) planes_.push_back({side * Vec3::Unit(axis), half_edge});
    for (int octant = 0; octant < 8; ++octant) {
      const int x = octant & 1, y = octant >> 1 & 1, z = octant >> 2;
      // Seen from outside all corners name their planes in the same sense
      const bool even = (x + y + z) % 2 == 1;
      add_corner(x, even ? 2 + y : 4 + z, even ? 4 + z : 2 + y);
    }
  }

  /// Keeps what is nearer to the origin than to `point`.
  void cut(const Vec3& point) {
    const Plane plane{point.normalized(), point.norm() / 2};
    const auto outside = [&](const Corner& corner) {
      return plane.normal.dot(corner.place) > plane.distance + tolerance;
    };
    std::set<std::pair<int, int>> edges;  // of corners cut off, without those between two of them
    for (const Corner& corner : corners_) {
      if (!outside(corner)) continue;
      for (std::size_t k = 0; k < 3; ++k) {
        const int from = corner.planes[k], to = corner.planes[(k + 1) % 3];
        if (edges.erase({to, from}) == 0) edges.insert({from, to});
      }
    }
    if (edges.empty()) return;
    std::erase_if(corners_, outside);
    planes_.push_back(plane);
    for (const auto& [from, to] : edges) add_corner(from, to, static_cast<int>(planes_.size()) - 1);
  }

  [[nodiscard]] double reach() const {
    double most = 0;
    for (const Corner& corner : corners_) most = std::max(most, corner.place.norm());
    return most;
  }

  [[nodiscard]] std::vector<Vec3> places() const {
    std::vector<Vec3> result;
    for (const Corner& corner : corners_) result.push_back(corner.place);
    return result;
  }

 private:
  static constexpr double tolerance = 1e-7;  // Å

  struct Plane {
    Vec3 normal;
    double distance;
  };
  struct Corner {
    std::array<int, 3> planes;
    Vec3 place;
  };

  void add_corner(int a, int b, int c) {
    Mat3 normals;
    Vec3 distances;
    const std::array<int, 3> meeting = {a, b, c};
    for (Eigen::Index k = 0; k < 3; ++k) {
      const Plane& plane = planes_[static_cast<std::size_t>(meeting[static_cast<std::size_t>(k)])];
      normals.row(k) = plane.normal;
      distances[k] = plane.distance;
    }
    corners_.push_back({meeting, normals.partialPivLu().solve(distances)});
  }

  std::vector<Plane> planes_;
  std::vector<Corner> corners_;
};

}  // namespace

VoronoiCell voronoi_cell(const core::Structure& crystal, std::size_t atom) {
  MLIP_ASSERT(crystal.cell.all_periodic() && atom < crystal.size());
  const double start = crystal.cell.vectors.rowwise().norm().sum();
  for (double cutoff = start / 2;; cutoff *= 1.5) {
    const core::NeighborList list(crystal, cutoff);
    std::vector<Vec3> points;
    for (const auto& neighbor : list.of(atom)) points.push_back(neighbor.vector);
    std::ranges::stable_sort(points, {}, [](const Vec3& point) { return point.norm(); });
    Polyhedron cell(2 * start);
    for (const Vec3& point : points) {
      if (point.norm() > 2 * cell.reach()) break;
      cell.cut(point);
    }
    if (2 * cell.reach() > cutoff) continue;
    VoronoiCell result{cell.places(), {}};
    for (const Vec3& point : points)
      if (std::ranges::none_of(points, [&](const Vec3& other) {
            return (other - point).norm() > same_point &&
                   (other - point / 2).norm() < point.norm() / 2 + same_point;
          }))
        result.midpoints.emplace_back(point / 2);
    return result;
  }
}

}  // namespace mlip::generate
