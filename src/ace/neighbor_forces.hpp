/// Derivatives of a function of the atomic base with respect to the neighbours.
#pragma once

#include <span>

#include "ace/atomic_base.hpp"

namespace mlip::ace {

/// gradients[k] += Σ_a dA[a] ∂A_a/∂(vector_k).
void add_neighbor_gradients(const BaseShape& shape, const Neighborhood& hood, const double* dA,
                            std::span<core::Vec3> gradients);

}  // namespace mlip::ace
