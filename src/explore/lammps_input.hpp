/// What a walk gives LAMMPS to read: the start as a data file and the script.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "explore/lammps_frame.hpp"
#include "explore/molecular_dynamics.hpp"

namespace mlip::explore {

/// Names inside a walk's folder.
inline constexpr const char* data_file_name = "start.data";
inline constexpr const char* script_name = "walk.lammps";
inline constexpr const char* log_name = "log.lammps";
inline constexpr const char* samples_name = "samples.txt";
inline constexpr const char* excursion_prefix = "excursion";
inline constexpr const char* potential_name = "potential.yaml";
inline constexpr const char* active_set_name = "potential.asi";

/// Å of empty space along axes that do not repeat.
inline constexpr double walk_vacuum = 30;

/// The atomic numbers present, sorted: type t of LAMMPS is element t − 1.
[[nodiscard]] std::vector<int> elements_of(const core::Structure& structure);

/// Data file of units metal, atom_style atomic; ids in the order of the structure, from 1.
[[nodiscard]] std::string data_file(const core::Structure& structure, const LammpsFrame& frame);

/// Langevin thermostat in a fixed cell, or Nosé-Hoover with a cell that may change its lengths (and
/// its angles where it is triclinic) if every axis repeats.
[[nodiscard]] std::string script(const core::Structure& structure, const LammpsFrame& frame,
                                 const Options& options, std::uint64_t seed);

}  // namespace mlip::explore
