/// Relaxation of atoms in a fixed cell (FIRE, doi:10.1103/PhysRevLett.97.170201).
#pragma once

#include "core/structure.hpp"
#include "potential/calculator.hpp"

namespace mlip::validate {

struct RelaxOptions {
  double force_tolerance = 1e-4;  ///< eV/Å, of the largest force component
  int steps = 500;
  double largest_step = 0.1;  ///< Å, of any atom
};

struct Relaxed {
  core::Structure structure;
  potential::Evaluation evaluation;  ///< of that structure
  bool converged = false;            ///< the largest force component is within the tolerance
  int steps = 0;                     ///< evaluations beyond the first
};

/// Moves the atoms downhill; the cell stays.
[[nodiscard]] Relaxed relax_positions(core::Structure structure, const potential::Calculator& model,
                                      const RelaxOptions& options = {});

}  // namespace mlip::validate
