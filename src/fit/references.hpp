/// Energies of isolated atoms: what the cohesive energy is counted from.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fit/linear.hpp"

namespace mlip::fit {

/// Where the energy of an isolated atom was found.
enum class ReferenceSource {
  given,          ///< by the user
  isolated_atom,  ///< a labelled structure of one atom further than 6 Å from its images
  least_squares,  ///< the share of an atom of its kind in the energies of all structures
  zero            ///< the energies seem to be counted from isolated atoms
};
[[nodiscard]] std::string to_string(ReferenceSource source);

struct Reference {
  double energy = 0;  ///< eV
  ReferenceSource source = ReferenceSource::given;
};

/// Symbols of all elements in the structures, sorted.
[[nodiscard]] std::vector<std::string> elements_of(std::span<const Item> items);

/// One atom further than 6 Å from its images.
[[nodiscard]] bool is_isolated_atom(const core::Structure& structure);

/// One reference an element.  `given` (eV, by symbol) comes before isolated atoms of the data, and
/// these before least squares of minimal norm, which sees only structures with an energy and takes
/// the known references as they are.  Throws core::UserError for an element in `given` that is no
/// element of `elements`.
[[nodiscard]] std::vector<Reference> find_references(const std::vector<std::string>& elements,
                                                     std::span<const Item> items,
                                                     const std::map<std::string, double>& given);

/// `found` with zero in place of what least squares found; none where that changes nothing or where
/// the energies are too large to be counted from isolated atoms (20 eV an atom).
[[nodiscard]] std::optional<std::vector<Reference>> counted_from_atoms(
    std::vector<Reference> found);

/// Just the energies.
[[nodiscard]] std::vector<double> energies_of(const std::vector<Reference>& references);

}  // namespace mlip::fit
