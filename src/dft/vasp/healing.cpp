#include "dft/vasp/healing.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/error.hpp"
#include "dft/convergence_slope.hpp"
#include "dft/structure_problem.hpp"
#include "dft/vasp/acceptance.hpp"
#include "dft/vasp/remedy.hpp"

namespace mlip::dft::vasp {

namespace {

constexpr double converging_slope = -0.2;

std::vector<double> changes_of(const std::vector<double>& energies) {
  std::vector<double> changes;
  for (std::size_t i = 1; i < energies.size(); ++i)
    changes.push_back(std::abs(energies[i] - energies[i - 1]));
  return changes;
}

class Healing {
 public:
  Healing(const core::Structure& structure, const Parameters& parameters, const Launcher& launch)
      : structure_(structure),
        parameters_(parameters),
        launch_(launch),
        numerics_(first_numerics(parameters)) {}

  core::Outcome run() {
    while (attempt() && choose_remedy()) {
    }
    if (!outcome_.accepted) accept_candidate();
    return std::move(outcome_);
  }

 private:
  /// One attempt; false when there is nothing more to try.
  bool attempt() {
    const int number = static_cast<int>(outcome_.attempts.size()) + 1;
    const RunFiles files = launch_(numerics_, number, wait_seconds_);
    const auto vasprun = parse_vasprun(files.vasprun);
    const Outcar outcar = parse_outcar(files.outcar);
    const Request request{structure_, parameters_, numerics_, files.run_id};
    diagnosis_ = diagnose(files);
    if (diagnosis_.fault == Fault::none) diagnosis_ = check(request, *vasprun, outcar);
    saved_ = files.wavefunctions_saved;
    record(files, vasprun ? vasprun->energies : std::vector<double>{});
    if (diagnosis_.fault == Fault::interrupted) return false;
    stop_where_hopeless();
    const bool target = !on_bridge() && diagnosis_.fault == Fault::none;
    if (target || diagnosis_.fault == Fault::magnetic_state)
      keep_candidate(labels_of(request, *vasprun, outcar));
    if (target) accept_candidate();
    return !target && number < most_attempts;
  }

  void record(const RunFiles& files, const std::vector<double>& energies) {
    const auto slope = convergence_slope(changes_of(energies));
    history_.converging = slope && *slope < converging_slope;
    const bool bridged = on_bridge() && diagnosis_.fault == Fault::none;
    outcome_.attempts.push_back({bridged ? "bridge" : std::string(entry(diagnosis_.fault).name),
                                 remedy_, files.completion.seconds,
                                 static_cast<int>(energies.size()), diagnosis_.detail});
  }

  void stop_where_hopeless() const {
    if (entry(diagnosis_.fault).consequence == Consequence::stop_run)
      throw stop_run(core::ExitCode::missing_tool);
  }

  [[nodiscard]] core::UserError stop_run(core::ExitCode code) const {
    const FaultEntry& fault = entry(diagnosis_.fault);
    return {code, fmt::format("VASP: {}: {}", fault.name, diagnosis_.detail),
            std::string(fault.advice)};
  }

  [[nodiscard]] bool on_bridge() const { return numerics_.sigma_factor != 1; }

  /// The lowest energy counts where a magnetic state was tried twice.
  void keep_candidate(core::Labels labels) {
    if (on_bridge() || (candidate_ && *candidate_->energy <= *labels.energy)) return;
    candidate_ = std::move(labels);
    candidate_attempt_ = outcome_.attempts.size() - 1;
  }

  void accept_candidate() {
    if (!candidate_ || diagnosis_.fault == Fault::interrupted) return;
    outcome_.labels = *candidate_;
    outcome_.accepted = core::is_finite(outcome_.labels, structure_.size());
    outcome_.attempts[candidate_attempt_].fault = entry(Fault::none).name;
  }

  bool choose_remedy() {
    const bool arrived = on_bridge() && diagnosis_.fault == Fault::none;
    const auto remedy =
        arrived ? std::optional(return_from_bridge()) : next_remedy(diagnosis_.fault, history_);
    if (!remedy && entry(diagnosis_.fault).consequence == Consequence::heal_then_stop_run)
      throw stop_run(core::ExitCode::failed);
    if (!remedy) return false;
    remedy_ = remedy->name;
    history_.remedies.push_back(remedy_);
    remedy->change(numerics_);
    wait_seconds_ = remedy->wait_seconds;
    if (!saved_) numerics_.start_from_wavefunctions = false;
    return true;
  }

  const core::Structure& structure_;
  const Parameters& parameters_;
  const Launcher& launch_;
  Numerics numerics_;
  History history_;
  core::Outcome outcome_;
  Diagnosis diagnosis_;
  std::string remedy_;
  double wait_seconds_ = 0;
  bool saved_ = false;
  std::optional<core::Labels> candidate_;
  std::size_t candidate_attempt_ = 0;
};

}  // namespace

core::Outcome heal(const core::Structure& structure, const Parameters& parameters,
                   const Launcher& launch) {
  (void)valence_electrons(structure, parameters);  // refuses elements without POTCAR
  if (const auto problem = problem_of(structure)) {
    const Fault fault = problem->too_close ? Fault::atoms_too_close : Fault::bad_structure;
    core::Outcome outcome;
    outcome.attempts.push_back({std::string(entry(fault).name), "", 0, 0, problem->detail});
    return outcome;
  }
  return Healing(structure, parameters, launch).run();
}

}  // namespace mlip::dft::vasp
