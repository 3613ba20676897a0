#include "generate/interstitial_sites.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/neighbor_list.hpp"
#include "core/units.hpp"
#include "generate/voronoi_cell.hpp"

namespace mlip::generate {

namespace {

using core::Fractional;
using core::Structure;
using core::Vec3;

constexpr double merged_within = 0.5;  // Å, of corners that are one site
constexpr double same_site = 0.1;      // Å
/// Of the nearest-neighbour distance: octahedral sites of bcc have 0.577, midpoints of bonds 0.5.
constexpr double least_radius = 0.55;

/// Vectors to the atoms around a place, nearest first.
std::vector<Vec3> atoms_around(const Structure& crystal, const Vec3& place, double reach) {
  Structure with = crystal;
  with.numbers.push_back(1);
  with.positions.push_back(place);
  const core::NeighborList list(with, reach);
  std::vector<Vec3> vectors;
  for (const auto& neighbor : list.of(crystal.size()))
    if (neighbor.index != static_cast<int>(crystal.size())) vectors.push_back(neighbor.vector);
  std::ranges::sort(vectors, {}, [](const Vec3& vector) { return vector.norm(); });
  return vectors;
}

/// Whether `count` vectors are the nearest by far, each pair at an angle near one of `angles`
/// (degrees).
bool has_angles(const std::vector<Vec3>& vectors, std::size_t count,
                const std::vector<double>& angles) {
  if (vectors.size() <= count || vectors[count].norm() < 1.05 * vectors[count - 1].norm())
    return false;
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const double cosine = vectors[i].normalized().dot(vectors[j].normalized());
      const double degrees = std::acos(std::clamp(cosine, -1.0, 1.0)) * 180 / core::pi;
      if (std::ranges::none_of(angles, [&](double a) { return std::abs(a - degrees) < 20; }))
        return false;
    }
  return true;
}

std::string kind_of(const std::vector<Vec3>& around) {
  if (has_angles(around, 4, {109.5})) return "tetrahedral";
  if (has_angles(around, 6, {90, 180})) return "octahedral";
  const auto near = std::ranges::count_if(
      around, [&](const Vec3& vector) { return vector.norm() < 1.1 * around.front().norm(); });
  return fmt::format("{}-fold", near);
}

/// Mean places of sets in which each is within reach of another, lattice vectors apart left out.
std::vector<Fractional> merged(const Structure& crystal, const std::vector<Fractional>& places) {
  std::vector<Fractional> means;
  std::vector<bool> used(places.size(), false);
  for (std::size_t first = 0; first < places.size(); ++first) {
    if (used[first]) continue;
    std::vector<Vec3> set = {places[first].value};
    used[first] = true;
    for (std::size_t next = 0; next < set.size(); ++next)
      for (std::size_t j = 0; j < places.size(); ++j) {
        if (used[j] || apart(crystal, places[j], {set[next]}) > merged_within) continue;
        Vec3 between = places[j].value - set[next];
        for (double& x : between) x -= std::round(x);
        set.emplace_back(set[next] + between);
        used[j] = true;
      }
    Vec3 sum = Vec3::Zero();
    for (const Vec3& place : set) sum += place;
    means.push_back({sum / static_cast<double>(set.size())});
  }
  return means;
}

void add_new(const Structure& crystal, std::vector<Fractional>& places, const Fractional& place,
             double within) {
  if (std::ranges::none_of(
          places, [&](const Fractional& other) { return apart(crystal, other, place) < within; }))
    places.push_back(place);
}

std::vector<Fractional> roomy_places(const Structure& crystal) {
  std::vector<Fractional> corners, midpoints;
  for (std::size_t atom = 0; atom < crystal.size(); ++atom) {
    const VoronoiCell cell = voronoi_cell(crystal, atom);
    const auto place = [&](const Vec3& from_atom) {
      return crystal.to_fractional(crystal.positions[atom] + from_atom);
    };
    for (const Vec3& corner : cell.corners) add_new(crystal, corners, place(corner), 1e-3);
    for (const Vec3& middle : cell.midpoints) add_new(crystal, midpoints, place(middle), 1e-3);
  }
  auto places = merged(crystal, corners);
  for (const Fractional& middle : midpoints) add_new(crystal, places, middle, merged_within);
  return places;
}

}  // namespace

std::vector<InterstitialSite> interstitial_sites(const Symmetry& symmetry) {
  const Structure& crystal = symmetry.primitive;
  const double nearest = core::minimum_distance(crystal);
  std::vector<InterstitialSite> sites;
  for (const Orbit& orbit : find_orbits(symmetry, roomy_places(crystal), same_site)) {
    const Vec3 place = crystal.to_cartesian(orbit.place);
    double reach = 2 * nearest;
    auto around = atoms_around(crystal, place, reach);
    while (around.size() < 7) around = atoms_around(crystal, place, reach *= 1.5);
    const double radius = around.front().norm();
    if (radius >= least_radius * nearest)
      sites.push_back({orbit.place, orbit.size, kind_of(around), radius});
  }
  std::ranges::stable_sort(sites,
                           [](const auto& a, const auto& b) { return a.radius > b.radius + 1e-3; });
  return sites;
}

}  // namespace mlip::generate
