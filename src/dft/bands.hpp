/// How many bands a plane-wave code is given.
#pragma once

#include <cstddef>

namespace mlip::dft {

/// What the bands have to hold.
struct Filling {
  double electrons = 0;
  double moment = 0;  ///< μ_B, the atoms' starting moments added up whatever their signs
  std::size_t atoms = 0;
};

/// Half the electrons and the moment, which grows by a fifth in loose cells, and a spare for the
/// smearing, of a tenth of the electrons, 4, or one an atom, whichever is most (pw.x's own choice
/// knows no moments and no atoms: Fe2Ni2 and 8 atoms of Al fill its last band); for factor > 1 that
/// many times more.
[[nodiscard]] int band_count(const Filling& filling, double factor);

}  // namespace mlip::dft
