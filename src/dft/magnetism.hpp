/// Magnetic branches: which labels ended in another state than their neighbours, and from where
/// they are tried again.  Pure functions.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/records.hpp"
#include "core/vector.hpp"
#include "dft/magnetic_start.hpp"

namespace mlip::dft {

/// A label as the comparison sees it.
struct MagneticState {
  std::string composition;          ///< reduced formula: only equal ones are compared
  double volume = 0;                ///< Å³ an atom
  double moment = 0, total = 0;     ///< μ_B an atom, Σ|m| and |Σm| over sites
  MagneticStart start = {};         ///< that leads there: mean moments of the elements' sites
  Eigen::VectorXd descriptor = {};  ///< of the structure, as long as all others'; may be empty
};

/// None where the labels hold no moments of sites.
[[nodiscard]] std::optional<MagneticState> magnetic_state(const core::Structure& structure,
                                                          const core::Labels& labels);

/// A label off its neighbour's branch.
struct OffBranch {
  std::size_t index, neighbor;
};

/// Labels whose moment, or the size of whose total moment, differs by more than 0.3 μ_B and a
/// quarter from that of their nearest neighbour in descriptor space, of the same composition and
/// within 4 % in volume: one of the two is on another branch, so both are named.
[[nodiscard]] std::vector<OffBranch> off_branch(std::span<const MagneticState> states);

/// Other starts for a label that is off: the neighbour's moments; high spin; antiferromagnetic
/// where an element asks for it (Cr, Mn).
[[nodiscard]] std::vector<MagneticStart> other_starts(const core::Structure& structure,
                                                      const MagneticState& neighbor);

/// True where both labels, of one structure, are of one branch or have no moments.
[[nodiscard]] bool same_branch(const core::Structure& structure, const core::Labels& a,
                               const core::Labels& b);

/// The lower of the two, by more than 0.1 meV/atom if it is `again`; it has the attempts of both,
/// oldest first, those that led to the other state with the fault "magnetic state".
[[nodiscard]] core::Outcome lower(const core::Outcome& before, const core::Outcome& again,
                                  std::size_t atoms);

/// True for elements whose solids order antiferromagnetically.
[[nodiscard]] bool alternates(int atomic_number);

/// Sign of each atom: greedily against its nearest atoms of alternating elements; +1 for others.
[[nodiscard]] std::vector<int> alternating_signs(const core::Structure& structure);

}  // namespace mlip::dft
