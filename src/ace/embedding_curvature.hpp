/// Second derivatives of the embedding functions, for what needs the derivative of a force.
#pragma once

#include "ace/potential.hpp"

namespace mlip::ace {

/// d²F/dρ²; eV for dimensionless ρ.  Odd in ρ, so it jumps at 0 where it is not 0 beside it.
[[nodiscard]] double embedding_curvature(EmbeddingKind kind, double rho, double exponent);

}  // namespace mlip::ace
