/// Which crystal or molecule a composition speaks of.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "generate/generate.hpp"

namespace mlip::generate {

struct Crystal {
  std::string prototype;     ///< of prototype_names(), or "molecule", or "given": a crystal
  std::string name;          ///< of the prototype, or of what is given
  core::Structure given;     ///< its cell, or the molecule in its box; empty where it is built
  std::vector<int> species;  ///< atomic number of each sublattice; of each atom for a molecule
  std::map<int, double> composition;  ///< atomic number → fraction, sums to 1
  double lattice_constant = 0;        ///< Å; the bond length for a molecule
  double c_over_a = 1;
  bool random = false;  ///< a random alloy on the lattice: species are placeholders

  [[nodiscard]] bool molecule() const { return prototype == "molecule"; }
  [[nodiscard]] bool is_given() const { return given.size() > 0; }
};

/// The crystal of the options, of several given ones the `crystal`-th; throws core::UserError where
/// element, prototype and composition do not go together.
[[nodiscard]] Crystal choose_crystal(const Options& options, std::size_t crystal = 0);

/// Volume an atom takes in the element's own crystal, Å³ (measured; from its radius where unknown).
[[nodiscard]] double atomic_volume(int number);

}  // namespace mlip::generate
