/// What a user says: `input.yaml`.  Elements and a goal are enough.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/json_text.hpp"
#include "config/options.hpp"
#include "pipeline/system_config.hpp"

namespace mlip::pipeline {

struct TargetSystem {
  std::vector<std::string> elements;  ///< of the structures where the input names none
  std::vector<std::string> structures;
  std::optional<std::map<std::string, double>> composition;
  std::optional<std::string> prototype;
  std::optional<double> lattice_constant;  ///< Å

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field("elements", elements, "",
                "chemical symbols, such as [Fe, Ni]; those of the structures where absent");
    visit.field("composition", composition, "",
                "fraction of each element; where absent that of the structures' atoms, or equal "
                "shares");
    visit.choice(
        "prototype", prototype,
        {"fcc", "bcc", "hcp", "diamond", "rocksalt", "b2", "l10", "l12", "molecule"},
        "crystal to start from; where absent the elements' own, or what the surrogate finds "
        "lowest in energy where no table tells");
    visit.field(
        "lattice_constant", lattice_constant, "Å",
        "conventional lattice constant; where absent that of the table of elements, or as the "
        "surrogate relaxes it");
    visit.field(
        "structures", structures, "",
        "files of crystals, with the goal 'molecule' of molecules, to start from in place of "
        "a prototype: CIF, POSCAR or extended XYZ, beside the input; the first is the ground "
        "state");
  }
  void check(config::Checks& checks) const;
};

struct SimulationGoal {
  std::string type = "bulk";
  std::optional<double> temperature;  ///< K
  std::optional<double> pressure;     ///< GPa

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.choice("type", type,
                 {"bulk", "diffusion", "elastic", "melting", "molecule", "plasticity", "surface"},
                 "what the potential is for");
    visit.field("temperature", temperature, "K",
                "highest temperature it is for; 300 K (diffusion: 1000 K) where absent");
    visit.field("pressure", pressure, "GPa", "highest pressure it is for; 0 where absent");
  }
  void check(config::Checks& checks) const;
};

struct Resources {
  std::optional<int> cores;
  double wall_time = 7200;  ///< s
  std::optional<exec::SlurmOptions> slurm;
  std::optional<exec::HyperQueueOptions> hyperqueue;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field("cores", cores, "", "cores to use; all of the machine where absent");
    visit.field("wall_time", wall_time, "s", "when the run has to be done");
    visit.field("slurm", slurm, "",
                "how labels are computed on a Slurm cluster; on the cores here where absent");
    visit.field("hyperqueue", hyperqueue, "",
                "how labels are computed by HyperQueue's workers; on the cores here where absent");
  }
  void check(config::Checks& checks) const;
};

struct VaspTheory {
  std::string potentials;  ///< folder; empty: $VASP_PP_PATH/potpaw_PBE
  std::string command = "vasp_std";
  std::map<std::string, std::string> potcars;  ///< by element: name in the folder
  std::optional<double> encut;                 ///< eV
  std::map<std::string, std::string> incar;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field("potentials", potentials, "",
                "folder of the POTCAR library, such as potpaw_PBE; that in $VASP_PP_PATH where "
                "absent");
    visit.field("command", command, "",
                "how VASP is started, words apart, as mpirun -np 16 vasp_std");
    visit.field("potcars", potcars, "",
                "name of an element's POTCAR in that folder, as Fe_pv; the recommended one where "
                "absent");
    visit.field("encut", encut, "eV",
                "plane-wave cutoff; 1.3 × the largest ENMAX of the POTCAR files where absent");
    visit.field("incar", incar, "",
                "further INCAR tags, as {IVDW: 12, NCORE: 4}; none that another option decides");
  }
};

struct LevelOfTheory {
  std::optional<std::string> engine;
  std::optional<VaspTheory> vasp;
  std::string functional;                               ///< empty: of the best set at hand
  std::map<std::string, std::string> pseudopotentials;  ///< by element: file name or path
  std::optional<std::string> calculator;                ///< "module:callable" of an ASE calculator
  std::map<std::string, std::string> arguments;         ///< of the calculator
  std::map<std::string, std::string> tighter;           ///< in their place, to measure the noise

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.choice("engine", engine, {"espresso", "ase", "vasp"},
                 "who labels; Quantum ESPRESSO where absent, or ase where a calculator is named");
    visit.field("vasp", vasp, "", "how VASP labels, where it is the engine");
    visit.field("functional", functional, "",
                "pz, pbe, pbesol, ...; that of the best pseudopotentials found where absent");
    visit.field("pseudopotentials", pseudopotentials, "",
                "UPF file of an element, where the choice is not to be left to the program");
    visit.field("calculator", calculator, "",
                "module:callable of an ASE calculator that labels instead of Quantum ESPRESSO, as "
                "ase.calculators.emt:EMT");
    visit.field("arguments", arguments, config::json_unit,
                "keyword arguments of the calculator; what is not JSON is text");
    visit.field("tighter", tighter, config::json_unit,
                "arguments in place of these or beside them by which a few labels are computed "
                "again, to measure their noise; it is not measured where absent");
  }
  void check(config::Checks& checks) const;

  /// Of the choices, the one that holds.
  [[nodiscard]] std::string engine_name() const {
    return engine.value_or(calculator ? "ase" : "espresso");
  }
};

struct UserConfig {
  std::string name = "run";  ///< the input file's stem
  std::string file = "input.yaml";
  TargetSystem target_system;
  SimulationGoal simulation_goal;
  Resources resources;
  std::uint64_t seed = 1;
  LevelOfTheory level_of_theory;
  config::Overrides<SystemConfig> expert;
  std::vector<generate::GivenCrystal> crystals;  ///< read from target_system.structures

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.required("target_system", target_system, "", "what the potential describes");
    visit.required("simulation_goal", simulation_goal, "", "what the potential is for");
    visit.field("resources", resources, "", "what the run may use");
    visit.field("seed", seed, "", "what every random choice derives from");
    visit.field("level_of_theory", level_of_theory, "", "functional and pseudopotentials");
    visit.field("expert", expert, "", "any value of the plan, set by hand");
  }
  void check(config::Checks& checks) const;

  /// Fraction of each element; sums to 1.
  [[nodiscard]] std::map<std::string, double> composition() const;
  /// K, the goal's or its default.
  [[nodiscard]] double temperature() const;
};

}  // namespace mlip::pipeline
