/// Derivatives of the energy of one atom with respect to a group of neighbours.
#pragma once

#include "ace/atomic_base.hpp"

namespace mlip::ace {

/// dE/dS of one atom and neighbour species.
struct AtomSlopes {
  const double* slopes;  ///< of (k, harmonic) at lanes · (k · harmonics + harmonic)
  const int* reach;      ///< [l] k from which on they are not used
  int lmax;
};

/// gradient[c] = Σ_S dE/dS ∂S/∂(vector)_c.
void group_gradient(const GroupLayout& layout, const Lane* rows, const AtomSlopes& atom,
                    Lane* gradient);

}  // namespace mlip::ace
