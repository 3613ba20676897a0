/// What OUTCAR says that vasprun.xml does not, and as cross-check.  Atoms in VASP's order.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace mlip::dft::vasp {

/// Absent quantities are none or empty.
struct Outcar {
  bool finished = false;                      ///< to the timing at its end
  std::optional<double> energy;               ///< eV, the last "free  energy   TOTEN"
  std::optional<double> total_magnetization;  ///< μ_B a cell, the last printed
  std::vector<double> magnetic_moments;       ///< μ_B an atom, the last printed
};

/// Never fails.
[[nodiscard]] Outcar parse_outcar(std::string_view content);

}  // namespace mlip::dft::vasp
