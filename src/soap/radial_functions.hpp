/// What the Gaussian of an atom at a distance r gives to the expansion of the density in radial
/// functions g_nl and spherical harmonics.
#pragma once

#include <functional>
#include <span>

#include "soap/options.hpp"

namespace mlip::soap {

/// Fills f[l · n_max + n] with c_nl(r) = √(4π) ∫ g_nl(s) exp(−(s² + r²)/2σ²) i_l(s r/σ²) s² ds, so
/// that the coefficient is c_nl(r) times the harmonic with the norm √(4π).  r ≥ 0, Å.
using RadialFunctions = std::function<void(double r, std::span<double> f)>;

/// Throws core::UserError where so many radial functions cannot be told apart.
[[nodiscard]] RadialFunctions radial_functions(const Options& options);

}  // namespace mlip::soap
