/// What vasprun.xml says of a static calculation.  Units of the project; atoms in VASP's order.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/structure.hpp"

namespace mlip::dft::vasp {

/// Absent quantities are none, empty or 0.
struct Vasprun {
  std::string version;              ///< e.g. "6.2.0"
  std::string run_id;               ///< SYSTEM
  std::vector<std::string> titles;  ///< TITEL of each species
  core::Structure structure;        ///< of the last ionic step; periodic flags all true
  int ionic_steps = 0;
  std::vector<double> energies;      ///< eV, after each SCF step of the last ionic step
  std::optional<double> energy;      ///< eV, free energy F = E − TS
  std::vector<core::Vec3> forces;    ///< eV/Å
  std::optional<core::Mat3> stress;  ///< eV/Å³, positive in tension
  int nelm = 0, ismear = 0, ispin = 0;
  double encut = 0, sigma = 0, ediff = 0;  ///< eV
  std::array<int, 3> divisions{};          ///< of the mesh of k-points
  double largest_last_occupation = 0;      ///< of the highest band, over k-points and spins

  /// The SCF ended before its steps were used up: VASP's OUTCAR says "EDIFF is reached" where NELM
  /// was, too.
  [[nodiscard]] bool converged() const;
};

/// None where it is no complete XML document of VASP with a calculation in it (empty, truncated,
/// numbers that are none).
[[nodiscard]] std::optional<Vasprun> parse_vasprun(const std::string& content);

}  // namespace mlip::dft::vasp
