/// Relaxation of atoms, and of their cell (FIRE, doi:10.1103/PhysRevLett.97.170201).
#pragma once

#include "core/structure.hpp"
#include "potential/calculator.hpp"

namespace mlip::potential {

struct RelaxOptions {
  double force_tolerance = 1e-4;  ///< eV/Å, of the largest force component
  int steps = 500;
  double largest_step = 0.1;  ///< Å, of any atom
};

struct Relaxed {
  core::Structure structure;
  Evaluation evaluation;   ///< of that structure
  bool converged = false;  ///< the largest force component is within the tolerance
  int steps = 0;           ///< evaluations beyond the first
};

/// Moves the atoms downhill; the cell stays.  Where the model's answer is not finite it ends there,
/// not converged.
[[nodiscard]] Relaxed relax_positions(core::Structure structure, const Calculator& model,
                                      const RelaxOptions& options = {});

/// Moves the atoms downhill and strains the cell, until the stress differs from that of `pressure`
/// (eV/Å³) by no more than `stress_tolerance` (eV/Å³) too.  Periodic along all axes (asserted).
/// Where the model's answer is not finite, or a tenth of the volume is left, it ends there, not
/// converged.
[[nodiscard]] Relaxed relax_cell(core::Structure structure, const Calculator& model,
                                 const RelaxOptions& options, double pressure = 0,
                                 double stress_tolerance = 1e-4);

}  // namespace mlip::potential
