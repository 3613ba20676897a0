/// Equation of state: energy against volume and its Birch-Murnaghan fit
/// (doi:10.1103/PhysRev.71.809).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/structure.hpp"

namespace mlip::validate {

struct EosPoint {
  double volume;  ///< Å³/atom
  double energy;  ///< eV/atom
};

struct EquationOfState {
  std::vector<EosPoint> points;
  double volume = 0;  ///< Å³/atom at the minimum
  double energy = 0;  ///< eV/atom at the minimum
  double bulk_modulus_gpa = 0;
  double bulk_derivative = 0;
  double lattice_constant = 0;  ///< Å: reference's scaled to the equilibrium volume
  double rms_residual_ev = 0;   ///< eV/atom
};

/// The structures of the scan: `count` cells evenly spaced in linear strain within ±`strain`.
[[nodiscard]] std::vector<core::Structure> eos_structures(const core::Structure& reference,
                                                          double strain, int count);

/// Third-order Birch-Murnaghan through ≥ 4 points; none where the minimum lies outside the points.
/// `reference_lattice_constant` (Å) belongs to `reference_volume` (Å³/atom).
[[nodiscard]] std::optional<EquationOfState> fit_eos(std::vector<EosPoint> points,
                                                     double reference_volume,
                                                     double reference_lattice_constant);

}  // namespace mlip::validate
