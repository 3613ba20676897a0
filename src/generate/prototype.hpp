/// The crystal prototypes as geometry: unit vectors and sites, without elements and lengths.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/structure.hpp"

namespace mlip::generate {

struct Site {
  core::Vec3 fractional;
  int sublattice;  ///< which of the prototype's species sits here
};

/// A cell in units of the conventional lattice constant.
struct Arrangement {
  core::Mat3 vectors;
  std::vector<Site> sites;
};

/// Names of all crystal prototypes, alphabetical.
[[nodiscard]] const std::vector<std::string>& prototype_names();

/// Conventional cell of a prototype of prototype_names() (asserted); c_over_a counts for hcp and
/// l10.
[[nodiscard]] Arrangement conventional_cell(std::string_view prototype, double c_over_a);

/// Smallest cell of the same crystal.
[[nodiscard]] Arrangement primitive_cell(std::string_view prototype, double c_over_a);

/// How many species the prototype orders: 1 for fcc, bcc, hcp; 2 for the others (diamond: 1 or 2).
[[nodiscard]] int sublattices(std::string_view prototype);

/// The lattice that a random alloy of the ordered prototype lives on: fcc for l10 and l12, bcc for
/// b2.
[[nodiscard]] std::string parent_lattice(std::string_view prototype);

/// Fully periodic crystal; `species` holds an atomic number a sublattice, `lattice_constant` is in
/// Å.
[[nodiscard]] core::Structure build(const Arrangement& arrangement, double lattice_constant,
                                    const std::vector<int>& species);

}  // namespace mlip::generate
