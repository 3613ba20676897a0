/// Magnetic branches: which labels ended in another state than their neighbours, and from where
/// they are tried again.  Pure functions.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/records.hpp"

namespace mlip::dft {

/// Where the moments of a calculation begin; only the lowest energy it leads to counts.
struct MagneticStart {
  std::string name;               ///< as recorded in core::Attempt
  std::map<int, double> moments;  ///< μ_B an atom, by atomic number
  bool alternating = false;       ///< every second atom of an element points down

  bool operator==(const MagneticStart&) const = default;
};

/// A label as the comparison sees it.
struct MagneticState {
  std::string composition;           ///< reduced formula: only equal ones are compared
  double volume = 0;                 ///< Å³ an atom
  double moment = 0;                 ///< μ_B an atom, Σ|m| over sites
  std::map<int, double> of_element;  ///< mean moment of a site, by atomic number
};

/// None where the labels hold no moments of sites.
[[nodiscard]] std::optional<MagneticState> magnetic_state(const core::Structure& structure,
                                                          const core::Labels& labels);

/// A label off its neighbour's branch.
struct OffBranch {
  std::size_t index, neighbor;
};

/// Labels whose moment differs from that of the nearest in volume (of the same composition, within
/// 4 %) by more than 0.3 μ_B and a quarter: one of the two is on another branch, so both are named.
[[nodiscard]] std::vector<OffBranch> off_branch(std::span<const MagneticState> states);

/// Other starts for a label that is off: the neighbour's moments; high spin; antiferromagnetic
/// where an element asks for it (Cr, Mn).
[[nodiscard]] std::vector<MagneticStart> other_starts(const core::Structure& structure,
                                                      const MagneticState& neighbor);

/// True where the outcome was tried from other starts before.
[[nodiscard]] bool tried_from_elsewhere(const core::Outcome& outcome);

/// The lower of the two, by more than 0.1 meV/atom if it is `again`; it has the attempts of both,
/// those that led to the other state with the fault "magnetic state".
[[nodiscard]] core::Outcome lower(const core::Outcome& before, const core::Outcome& again,
                                  std::size_t atoms);

/// True for elements whose solids order antiferromagnetically.
[[nodiscard]] bool alternates(int atomic_number);

/// Sign of each atom: greedily against its nearest atoms of alternating elements; +1 for others.
[[nodiscard]] std::vector<int> alternating_signs(const core::Structure& structure);

}  // namespace mlip::dft
