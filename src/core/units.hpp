/// Conversion factors, CODATA 2018 in full digits; used only at the borders (dft, explore, io,
/// report).
#pragma once

namespace mlip::core {

inline constexpr double ev_per_hartree = 27.211386245988;
inline constexpr double ev_per_rydberg = ev_per_hartree / 2;
inline constexpr double angstrom_per_bohr = 0.529177210903;
inline constexpr double gpa_per_ev_per_a3 = 160.2176634;
inline constexpr double boltzmann_ev_per_kelvin = 8.617333262e-5;
/// sqrt(eV Å² / u) expressed in fs: a time in Å sqrt(u/eV) times this is in fs.
inline constexpr double fs_per_ang_sqrt_u_per_ev = 10.180505710774743;
inline constexpr double pi = 3.14159265358979323846;

}  // namespace mlip::core
