#include "dft/vasp/healing.hpp"

#include <algorithm>
#include <cmath>

#include "dft/convergence_slope.hpp"
#include "dft/magnetism.hpp"
#include "dft/structure_problem.hpp"
#include "dft/vasp/acceptance.hpp"
#include "dft/vasp/remedy.hpp"

namespace mlip::dft::vasp {

namespace {

std::vector<double> changes_of(const std::vector<double>& energies) {
  std::vector<double> changes;
  for (std::size_t i = 1; i < energies.size(); ++i)
    changes.push_back(std::abs(energies[i] - energies[i - 1]));
  return changes;
}

struct VaspProgram {
  using Fault = vasp::Fault;
  using Numerics = vasp::Numerics;
  using Files = RunFiles;
  static constexpr const char* name = "VASP";

  const core::Structure& structure;
  const Parameters& parameters;

  [[nodiscard]] Verdict<Fault> judge(const RunFiles& files, const Numerics& numerics) const {
    const auto vasprun = parse_vasprun(files.vasprun);
    const Outcar outcar = parse_outcar(files.outcar);
    const Request request{structure, parameters, numerics, files.run_id};
    Diagnosis diagnosis = diagnose(files);
    Verdict<Fault> verdict;
    if (diagnosis.fault == Fault::none) {
      diagnosis = check(request, *vasprun, outcar);
      if (diagnosis.fault == Fault::none || diagnosis.fault == Fault::magnetic_state)
        verdict.labels = labels_of(request, *vasprun, outcar);
    }
    const auto energies = vasprun ? vasprun->energies : std::vector<double>{};
    const auto slope = convergence_slope(changes_of(energies));
    verdict.fault = diagnosis.fault;
    verdict.detail = diagnosis.detail;
    verdict.scf_steps = static_cast<int>(energies.size());
    verdict.converging = slope && *slope < converging_slope;
    verdict.saved = files.wavefunctions_saved;
    return verdict;
  }

  static int ranks(const Numerics&) { return 1; }  // its command is the user's
  static bool on_bridge(const Numerics& numerics) { return numerics.sigma_factor != 1; }
  static void start_afresh(Numerics& numerics) { numerics.start_from_wavefunctions = false; }
  static const Remedy& return_from_bridge() { return vasp::return_from_bridge(); }
};

}  // namespace

core::Outcome heal(const core::Structure& structure, const Parameters& parameters,
                   const Launcher& launch, const Lessons& lessons, const MagneticStart& start) {
  (void)valence_electrons(structure, parameters);  // refuses elements without POTCAR
  if (const auto problem = problem_of(structure)) {
    const Fault fault = problem->too_close ? Fault::atoms_too_close : Fault::bad_structure;
    core::Outcome outcome;
    outcome.attempts.push_back({std::string(entry(fault).name), "", 0, 0, problem->detail});
    return outcome;
  }
  Numerics numerics = first_numerics(parameters);
  numerics.start = start;
  History history;
  history.alternating =
      parameters.spin_polarized && std::ranges::any_of(structure.numbers, alternates);
  const VaspProgram program{structure, parameters};
  return HealingLoop(program, launch, parameters, lessons).run(numerics, history, start.name);
}

}  // namespace mlip::dft::vasp
