/// One MD walker: LAMMPS with our potential and its extrapolation grade, in a process of its own.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "core/records.hpp"

namespace mlip::explore {

struct Options {
  double timestep_fs = 2.0;
  double start_temperature = 300;  ///< K
  double end_temperature = 300;    ///< K; linear ramp
  bool constant_pressure = false;  ///< NPT at zero pressure
  int steps = 5000;
  int gamma_interval = 10;      ///< steps between looks at γ
  double gamma_pick = 2;        ///< an atom above this is an excursion
  double gamma_halt = 100;      ///< the walk ends above this: the potential is not to be trusted
  int excursion_spacing = 100;  ///< fewest steps between two excursions kept
  int max_excursions = 20;
  int mpi_ranks = 1;
  double time_limit_seconds = 600;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field("timestep_fs", timestep_fs, "fs", "MD time step");
    visit.field("start_temperature", start_temperature, "K",
                "temperature at the start of the ramp");
    visit.field("end_temperature", end_temperature, "K", "temperature at the end of the ramp");
    visit.field("constant_pressure", constant_pressure, "", "NPT at zero pressure instead of NVT");
    visit.field("steps", steps, "", "MD steps of a walk");
    visit.field("gamma_interval", gamma_interval, "",
                "steps between two looks at the extrapolation grade");
    visit.field("gamma_pick", gamma_pick, "",
                "extrapolation grade above which an atom goes to DFT");
    visit.field("gamma_halt", gamma_halt, "", "extrapolation grade that ends the walk");
    visit.field("excursion_spacing", excursion_spacing, "",
                "fewest steps between two excursions kept");
    visit.field("max_excursions", max_excursions, "", "excursions kept of a walk");
    visit.field("mpi_ranks", mpi_ranks, "", "MPI ranks of a walk");
    visit.field("time_limit_seconds", time_limit_seconds, "s", "wall time of a walk");
  }
};

struct GammaSample {
  long step;
  double time_ps, temperature, gamma_max, potential_energy;
};

/// A snapshot in which at least one atom extrapolates.
struct Excursion {
  core::Structure structure;
  std::vector<double> gamma;  ///< an atom
  long step = 0;
};

struct Trajectory {
  std::vector<GammaSample> samples;
  std::vector<Excursion> excursions;
  std::string end;  ///< "finished", "gamma limit", "time limit", "crashed: ...", "interrupted"
  long steps_done = 0;
  double seconds = 0;
};

/// Runs one walk in `folder` (made; kept) with potential.yaml and potential.asi.  Blocks.  A crash
/// of LAMMPS is a value; one that does not start throws missing_tool.
[[nodiscard]] Trajectory run_walk(const core::Structure& start,
                                  const std::filesystem::path& potential_yaml,
                                  const std::filesystem::path& potential_asi,
                                  const Options& options, std::uint64_t seed,
                                  const std::filesystem::path& folder, std::stop_token stop);

/// Path of the LAMMPS host program: beside the running executable, or $MLIP_LAMMPS.  Throws
/// missing_tool.
[[nodiscard]] std::filesystem::path lammps_host();

}  // namespace mlip::explore
