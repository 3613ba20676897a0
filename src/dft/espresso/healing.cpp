#include "dft/espresso/healing.hpp"

#include <algorithm>

#include "dft/convergence_slope.hpp"
#include "dft/espresso/acceptance.hpp"
#include "dft/espresso/remedy.hpp"

namespace mlip::dft::espresso {

namespace {

struct PwProgram {
  using Fault = espresso::Fault;
  using Numerics = espresso::Numerics;
  using Files = RunFiles;
  static constexpr const char* name = "pw.x";

  const core::Structure& structure;
  const Parameters& parameters;

  [[nodiscard]] Verdict<Fault> judge(const RunFiles& files, const Numerics& numerics) const {
    const TextOutput text = parse_text(files.standard_output);
    const Request request{structure, parameters, numerics, files.run_id};
    Diagnosis diagnosis = diagnose(files);
    Verdict<Fault> verdict;
    if (diagnosis.fault == Fault::none) {
      const auto xml = parse_xml(files.xml);
      diagnosis = check(request, *xml, text);
      if (diagnosis.fault == Fault::none || diagnosis.fault == Fault::magnetic_state)
        verdict.labels = labels_of(request, *xml, text);
      if (parameters.spin_polarized) verdict.absolute_magnetization = xml->absolute_magnetization;
    }
    const auto slope = convergence_slope(text.accuracies_ry);
    verdict.fault = diagnosis.fault;
    verdict.detail = diagnosis.detail;
    verdict.scf_steps = text.scf_steps;
    verdict.converging = slope && *slope < converging_slope;
    verdict.saved = files.density_saved;
    return verdict;
  }

  static int ranks(const Numerics& numerics) { return numerics.mpi_ranks; }
  static bool on_bridge(const Numerics& numerics) { return numerics.degauss_factor != 1; }
  static void start_afresh(Numerics& numerics) {
    numerics.start_from_density = numerics.start_from_wavefunctions = false;
  }
  static const Remedy& return_from_bridge() { return espresso::return_from_bridge(); }
};

}  // namespace

core::Outcome heal(const core::Structure& structure, const Parameters& parameters,
                   const Launcher& launch, const Lessons& lessons, const MagneticStart& start) {
  (void)valence_electrons(structure, parameters);  // refuses elements without pseudopotential
  if (const auto found = check_structure(structure); found.fault != Fault::none) {
    core::Outcome outcome;
    outcome.attempts.push_back({std::string(entry(found.fault).name), "", 0, 0, found.detail});
    return outcome;
  }
  Numerics numerics = first_numerics(parameters);
  numerics.start = start;
  History history;
  history.smearing = parameters.occupations == "smearing";
  history.alternating =
      parameters.spin_polarized && std::ranges::any_of(structure.numbers, alternates);
  history.several_ranks = numerics.mpi_ranks > 1;
  const PwProgram program{structure, parameters};
  return HealingLoop(program, launch, parameters, lessons).run(numerics, history, start.name);
}

}  // namespace mlip::dft::espresso
