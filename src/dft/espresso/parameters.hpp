/// Everything that fixes a Quantum ESPRESSO label.  Rydberg units only here (`_ry`).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "dft/lessons.hpp"

namespace mlip::dft::espresso {

struct Species {
  std::string pseudopotential;  ///< absolute path of the UPF file
  std::string checksum;         ///< MD5 of the file, lower-case hex
  std::string functional;       ///< normalised: "pz", "pbe", "pbesol", ...
  double valence = 0;           ///< electrons
  double starting_moment = 0;   ///< μ_B; 0 = not magnetic
};

struct Parameters : HealingBudget {
  std::map<std::string, Species> species;  ///< by element symbol
  double ecutwfc_ry = 0, ecutrho_ry = 0;
  /// > 0: kinetic energies above it are raised by a smooth step, so that the basis counts by
  /// energy, not by the number of waves, and stress agrees with dE/dε of cells of any size
  /// (doi:10.1016/0022-3697(94)00228-2).
  double ecfixed_ry = 0;
  double k_spacing = 0.22;               ///< 1/Å, with the 2π; odd Γ-centred grids
  std::string occupations = "smearing";  ///< smearing or fixed
  std::string smearing = "mv";
  double degauss_ry = 0.03;
  bool spin_polarized = false;
  bool isolated = false;      ///< molecule: Γ only, assume_isolated
  double conv_thr_ry = 1e-8;  ///< a cell
  double mixing_beta = 0.7;
  int electron_maxstep = 100;
  double time_limit_seconds = 3600;  ///< an attempt
  std::string pw_command = "pw.x";   ///< found in PATH or absolute
  int mpi_ranks = 0;                 ///< > 1: mpirun -np N; 0: 1, or what an executor chooses

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field("ecutwfc_ry", ecutwfc_ry, "Ry", "plane-wave cutoff");
    visit.field("ecfixed_ry", ecfixed_ry, "Ry",
                "constant effective cutoff, for stresses without Pulay stress; 0 = none");
    visit.field("ecutrho_ry", ecutrho_ry, "Ry", "charge-density cutoff");
    visit.field("k_spacing", k_spacing, "1/Å", "largest distance of k-points, 2π included");
    visit.field("occupations", occupations, "", "smearing or fixed");
    visit.field("smearing", smearing, "", "kind of smearing, as pw.x names it");
    visit.field("degauss_ry", degauss_ry, "Ry", "width of the smearing");
    visit.field("spin_polarized", spin_polarized, "", "two spin channels");
    visit.field("isolated", isolated, "", "molecule: Γ only, no interaction of images");
    visit.field("conv_thr_ry", conv_thr_ry, "Ry", "SCF convergence of the cell's energy");
    visit.field("mixing_beta", mixing_beta, "", "density mixing of the first attempt");
    visit.field("electron_maxstep", electron_maxstep, "", "SCF steps of an attempt");
    visit.field("time_limit_seconds", time_limit_seconds, "s", "wall time of an attempt");
    visit.field("pw_command", pw_command, "", "the pw.x program");
    visit.field("mpi_ranks", mpi_ranks, "",
                "MPI ranks of a pw.x run; 0 = by measured speed, 1 = always one");
    HealingBudget::describe(visit);
  }
};

}  // namespace mlip::dft::espresso
