/// Everything that fixes a VASP label.
#pragma once

#include <map>
#include <string>

#include "dft/lessons.hpp"

namespace mlip::dft::vasp {

struct Species {
  std::string potcar;          ///< absolute path of the file; may be packed by gzip
  std::string title;           ///< its TITEL
  std::string checksum;        ///< MD5 of its text, lower-case hex
  std::string functional;      ///< "pbe", "lda" or "pw91", by its LEXCH
  double valence = 0;          ///< electrons
  double starting_moment = 0;  ///< μ_B; 0 = not magnetic

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.required("potcar", potcar, "", "path of the POTCAR file");
    visit.field("title", title, "", "its TITEL; empty: taken from the file");
    visit.field("checksum", checksum, "", "MD5 of its text; empty: taken from the file");
    visit.field("functional", functional, "", "its functional; empty: taken from the file");
    visit.field("valence", valence, "", "its electrons; 0: taken from the file");
    visit.field("starting_moment", starting_moment, "μB",
                "moment an atom starts with; 0 = not magnetic");
  }
};

struct Parameters : HealingBudget {
  std::map<std::string, Species> species;  ///< by element symbol
  std::string functional;                  ///< empty: that of the POTCAR files
  double encut = 0;                        ///< eV
  double k_spacing = 0.22;                 ///< 1/Å, with the 2π; odd Γ-centred grids
  int ismear = 1;
  double sigma = 0.2;  ///< eV
  bool spin_polarized = false;
  bool isolated = false;                     ///< molecule or atom: Γ only, no symmetry, no stress
  double ediff = 1e-6;                       ///< eV, a cell
  int nelm = 100;                            ///< SCF steps of an attempt
  std::map<std::string, std::string> incar;  ///< further tags
  double time_limit_seconds = 3600;          ///< an attempt
  std::string command = "vasp_std";          ///< words; the first is found in PATH or absolute

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field("species", species, "", "POTCAR and moment of each element");
    visit.field("functional", functional, "",
                "pbe, pbesol, revpbe, rpbe, am05, lda or pw91; empty: that of the POTCAR files");
    visit.field("encut", encut, "eV", "plane-wave cutoff");
    visit.field("k_spacing", k_spacing, "1/Å", "largest distance of k-points, 2π included");
    visit.field("ismear", ismear, "",
                "smearing: -1 Fermi, 0 Gauss, 1 or 2 Methfessel-Paxton of that order");
    visit.field("sigma", sigma, "eV", "width of the smearing");
    visit.field("spin_polarized", spin_polarized, "", "two spin channels");
    visit.field("isolated", isolated, "", "molecule: Γ only");
    visit.field("ediff", ediff, "eV", "SCF convergence of the cell's energy");
    visit.field("nelm", nelm, "", "SCF steps of an attempt");
    visit.field("incar", incar, "",
                "further INCAR tags, as {IVDW: 12, NCORE: 4}; none that another option decides");
    visit.field("time_limit_seconds", time_limit_seconds, "s", "wall time of an attempt");
    visit.field("command", command, "",
                "how VASP is started, words apart, as mpirun -np 16 vasp_std");
    HealingBudget::describe(visit);
  }
};

}  // namespace mlip::dft::vasp
