/// A crystal or a molecule in its box that the user brings, as read from his file: a plan keeps it.
#pragma once

#include <string>
#include <vector>

#include "core/structure.hpp"

namespace mlip::generate {

struct GivenCrystal {
  std::string name;                            ///< where it comes from
  std::vector<std::string> elements;           ///< symbol of each atom
  std::vector<std::vector<double>> cell;       ///< Å, three vectors
  std::vector<std::vector<double>> positions;  ///< Å, Cartesian, one an atom

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.required("name", name, "", "where it comes from");
    visit.required("elements", elements, "", "symbol of each atom");
    visit.required("cell", cell, "Å", "its three vectors");
    visit.required("positions", positions, "Å", "of each atom, Cartesian");
  }
};

[[nodiscard]] GivenCrystal given_crystal(std::string name, const core::Structure& structure);

/// Periodic along all axes.  Precondition: it has no problem.
[[nodiscard]] core::Structure structure_of(const GivenCrystal& crystal);

/// What no structure can be made of, and atoms closer than half the sum of their covalent radii;
/// empty where all is well.
[[nodiscard]] std::string problem_of(const GivenCrystal& crystal);

}  // namespace mlip::generate
