/// The crystal prototypes that a composition can take.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/records.hpp"

namespace mlip::generate {

/// Names of all prototypes that are tried, alphabetical.
[[nodiscard]] std::vector<std::string> fitting_prototype_names();

/// Conventional cells of each prototype whose sublattices have the composition (atomic number →
/// fraction, sums to 1), three elements in each order that gives another crystal; the volume is
/// that of the elements' own crystals, or grown until no bond is shorter than 0.9 × the sum of
/// covalent radii.  Throws core::UserError where none fits.
[[nodiscard]] std::vector<core::Candidate> fitting_prototypes(
    const std::map<int, double>& composition);

}  // namespace mlip::generate
