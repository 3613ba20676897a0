/// Embedding functions F(ρ; m) of the densities.
#pragma once

#include "ace/potential.hpp"
#include "ace/radial.hpp"

namespace mlip::ace {

/// F and dF/dρ; eV for dimensionless ρ.
[[nodiscard]] Slope embed(EmbeddingKind kind, double rho, double exponent);

}  // namespace mlip::ace
