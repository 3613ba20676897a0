/// Which crystal a composition forms, where no table tells: what a model finds to be lowest in
/// energy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/structure.hpp"
#include "potential/calculator.hpp"

namespace mlip::generate {

/// Whether the table of elements tells: one element whose own crystal is simple, elements that all
/// have the same one, or metals alone, which mix on their lattices.
[[nodiscard]] bool crystal_is_known(const std::map<int, double>& composition);

/// Fewest atoms that have the composition (atomic number → fraction) exactly, to 1 %; none where it
/// takes more than `most`.
[[nodiscard]] std::optional<int> formula_atoms(const std::map<int, double>& composition, int most);

/// Whether likely_crystal has an answer to hope for: not where one formula unit has more than 12
/// atoms, an element has less than 12 % (solutions), or nearly all atoms are of gases, whose
/// crystals of molecules are not found so.
[[nodiscard]] bool can_find_crystal(const std::map<int, double>& composition);

struct CrystalGuess {
  int most_atoms = 12;    ///< of a random cell; of one formula unit where that is larger
  int random_cells = 24;  ///< relaxed beside the prototypes that fit
  int threads = 1;
  std::uint64_t seed = 0;
};

struct LikelyCrystal {
  std::string name;      ///< of fitting_prototype_names(), or the space group of a random cell
  bool prototype;        ///< it is one of those
  core::Structure cell;  ///< relaxed; of a prototype the conventional cell
  double energy;         ///< eV/atom
  std::size_t tried;     ///< crystals that relaxed
};

/// The lowest in energy of all prototypes that fit and of random cells, each relaxed at no
/// pressure: a prototype where one is within 20 meV/atom of the lowest; of those within 5 meV/atom
/// the most symmetrical.  What collapsed, fell apart or gave off molecules does not count.  None
/// where nothing is left, or it cannot be found.
[[nodiscard]] std::optional<LikelyCrystal> likely_crystal(const std::map<int, double>& composition,
                                                          const potential::Calculator& model,
                                                          const CrystalGuess& guess);

}  // namespace mlip::generate
