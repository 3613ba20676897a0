/// Elastic constants of a cubic crystal from the stress under small strains.
#pragma once

#include "core/structure.hpp"
#include "potential/calculator.hpp"
#include "potential/relax.hpp"

namespace mlip::validate {

struct ElasticOptions {
  double strain = 2e-3;  ///< amplitude of the central difference
  bool relax_internal =
      true;  ///< let the atoms of the strained cell relax (needed beyond Bravais lattices)
  potential::RelaxOptions relax = {};
};

struct CubicElastic {
  double c11_gpa = 0, c12_gpa = 0, c44_gpa = 0;
  bool converged = true;  ///< every strained cell relaxed to its force tolerance

  [[nodiscard]] double bulk_modulus_gpa() const { return (c11_gpa + 2 * c12_gpa) / 3; }
  /// Born's conditions of a cubic crystal.
  [[nodiscard]] bool mechanically_stable() const {
    return c44_gpa > 0 && c11_gpa > c12_gpa && c11_gpa + 2 * c12_gpa > 0;
  }
};

/// `crystal` is periodic, cubic with its axes along x, y, z, and at its equilibrium volume; the
/// constants are averages over the three axes.
[[nodiscard]] CubicElastic cubic_elastic_constants(const core::Structure& crystal,
                                                   const potential::Calculator& model,
                                                   const ElasticOptions& options = {});

}  // namespace mlip::validate
