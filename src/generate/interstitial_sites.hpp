/// Where a crystal has room for one atom more.
#pragma once

#include <string>
#include <vector>

#include "generate/symmetry.hpp"

namespace mlip::generate {

struct InterstitialSite {
  core::Fractional place;  ///< in the primitive cell
  int count;               ///< alike sites in the primitive cell
  std::string kind;        ///< "octahedral", "tetrahedral" or "6-fold" by its nearest atoms
  double radius;           ///< Å to the nearest atom
};

/// Inequivalent sites, roomy ones first: corners of the Voronoi cells, those within 0.5 Å as one;
/// and midpoints between neighbours that are not nearest ones, as octahedral sites of bcc are.
[[nodiscard]] std::vector<InterstitialSite> interstitial_sites(const Symmetry& symmetry);

}  // namespace mlip::generate
