#include "generate/pair_shells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "core/error.hpp"
#include "core/neighbor_list.hpp"

namespace mlip::generate {

namespace {

constexpr double same_shell = 0.05;  // Å

/// Mean and end of each run of distances that are nearly alike.
std::vector<std::pair<double, double>> runs(std::vector<double> distances) {
  std::sort(distances.begin(), distances.end());
  std::vector<std::pair<double, double>> found;
  for (std::size_t start = 0, k = 0; k < distances.size(); ++k) {
    if (k + 1 < distances.size() && distances[k + 1] - distances[k] <= same_shell) continue;
    double sum = 0;
    for (std::size_t m = start; m <= k; ++m) sum += distances[m];
    found.emplace_back(sum / static_cast<double>(k + 1 - start), distances[k]);
    start = k + 1;
  }
  return found;
}

std::vector<double> distances_within(const core::Structure& sites, double cutoff) {
  const core::NeighborList list(sites, cutoff);
  std::vector<double> distances;
  for (std::size_t i = 0; i < sites.size(); ++i)
    for (const core::Neighbor& neighbor : list.of(i)) distances.push_back(neighbor.distance);
  return distances;
}

int shell_of(const PairShells& pairs, double distance) {
  return static_cast<int>(std::lower_bound(pairs.edges.begin(), pairs.edges.end(), distance) -
                          pairs.edges.begin());
}

using TriangleKey = std::tuple<std::array<int, 3>, std::array<int, 3>, std::array<int, 3>>;

/// A triangle's corners and the shells of the sides opposite to them, corners put in an order.
TriangleKey ordered(const std::array<int, 3>& corners, const std::array<int, 3>& opposite,
                    const std::array<int, 3>& order, const std::vector<int>& kinds) {
  std::array<int, 3> sides{}, kind{}, corner{};
  for (std::size_t c = 0; c < 3; ++c) {
    corner[c] = corners[order[c]];
    kind[c] = kinds[corner[c]];
    sides[c] = opposite[order[(c + 2) % 3]];
  }
  return {sides, kind, corner};
}

}  // namespace

PairShells find_pair_shells(const core::Structure& sites, int count) {
  MLIP_ASSERT(count > 0 && sites.size() > 0);
  if (!sites.cell.all_periodic())
    throw core::UserError(core::ExitCode::bad_input, "a lattice must be periodic along all axes",
                          "give the file a cell: Lattice=\"...\" pbc=\"T T T\"");
  const auto wanted = static_cast<std::size_t>(count);
  double cutoff = std::cbrt(sites.cell.volume() / static_cast<double>(sites.size()));
  auto found = runs(distances_within(sites, cutoff));
  while (found.size() <= wanted) found = runs(distances_within(sites, cutoff *= 1.25));
  PairShells pairs;
  for (std::size_t s = 0; s < wanted; ++s) {
    pairs.radii.push_back(found[s].first);
    pairs.edges.push_back(found[s].second + same_shell / 2);
  }
  const core::NeighborList list(sites, pairs.edges.back());
  for (std::size_t i = 0; i < sites.size(); ++i) {
    std::map<std::pair<int, int>, int> images;
    for (const core::Neighbor& neighbor : list.of(i))
      ++images[{neighbor.index, shell_of(pairs, neighbor.distance)}];
    pairs.contacts.emplace_back();
    for (const auto& [contact, number] : images)
      pairs.contacts.back().push_back({contact.first, contact.second, number});
  }
  return pairs;
}

std::vector<Triangle> find_triangles(const core::Structure& sites, const PairShells& pairs,
                                     int count) {
  const double longest = pairs.edges.at(static_cast<std::size_t>(count) - 1);
  const core::NeighborList list(sites, longest);
  std::map<TriangleKey, int> found;
  for (int i = 0; i < static_cast<int>(sites.size()); ++i)
    for (const core::Neighbor& j : list.of(static_cast<std::size_t>(i)))
      for (const core::Neighbor& k : list.of(static_cast<std::size_t>(i))) {
        const double side = (j.vector - k.vector).norm();
        if (side < 1e-6 || side >= longest) continue;
        const std::array<int, 3> corners = {i, j.index, k.index};
        const std::array<int, 3> opposite = {shell_of(pairs, side), shell_of(pairs, k.distance),
                                             shell_of(pairs, j.distance)};
        TriangleKey least = ordered(corners, opposite, corner_orders[0], sites.numbers);
        for (const auto& order : corner_orders)
          least = std::min(least, ordered(corners, opposite, order, sites.numbers));
        ++found[least];
      }
  std::vector<Triangle> triangles;
  // Every triangle was met from each corner, in both directions.
  for (const auto& [key, times] : found)
    triangles.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), times / 6});
  return triangles;
}

}  // namespace mlip::generate
