/// Which pairs and triangles of sites a lattice has, by distance.
#pragma once

#include <array>
#include <vector>

#include "core/structure.hpp"

namespace mlip::generate {

/// Site `site` and how many of its images are in one shell around another site.
struct Contact {
  int site, shell, images;
};

struct PairShells {
  std::vector<double> radii;                   ///< Å, of each shell
  std::vector<double> edges;                   ///< Å, half-way to the next shell
  std::vector<std::vector<Contact>> contacts;  ///< of each site, by site; its own images too
};

/// The first `count` shells of distances, those within 0.05 Å together; all periodic images count.
/// Throws core::UserError where a structure without three periodic axes has no so many.
[[nodiscard]] PairShells find_pair_shells(const core::Structure& sites, int count);

/// Three sites, named in the order that makes `shells`, their `kinds` and themselves least.
struct Triangle {
  std::array<int, 3> shells;  ///< of the sides 12, 23, 13
  std::array<int, 3> kinds;   ///< what the corners are: numbers of `sites`
  std::array<int, 3> corners;
  int images;  ///< how many of it there are in a cell
};

/// All triangles whose sides are in the first `count` of the shells.
[[nodiscard]] std::vector<Triangle> find_triangles(const core::Structure& sites,
                                                   const PairShells& pairs, int count);

/// The orders of three corners.
inline constexpr std::array<std::array<int, 3>, 6> corner_orders = {
    {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}};

}  // namespace mlip::generate
