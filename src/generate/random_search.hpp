/// Random crystals whose atoms keep apart, as ab initio random structure searching begins with
/// (Pickard and Needs 2011, doi:10.1088/0953-8984/23/5/053201).
#pragma once

#include <map>
#include <optional>
#include <random>

#include "core/structure.hpp"

namespace mlip::generate {

struct RandomCell {
  std::map<int, int> atoms;  ///< atomic number → how many
  double smallest = 0.8;     ///< of the volume that the elements take in their own crystals
  double largest = 1.4;      ///< the same
  double closest = 0.8;      ///< no two atoms closer than this × the sum of covalent radii
  int symmetry = 1;          ///< operations of the space group at most, translations left out
};

/// A random cell (angles from 50° to 130°, no axis more than 2.5 times another) with random atoms
/// that push one another away until all are far enough apart; none where they cannot.  With
/// symmetry a number of operations, and one of the 230 space groups that has as many, are drawn
/// first; the cell is made to fit the group, and atoms lie on orbits, general or special, that have
/// the numbers asked for.
[[nodiscard]] std::optional<core::Structure> random_crystal(const RandomCell& options,
                                                            std::mt19937_64& engine);

}  // namespace mlip::generate
