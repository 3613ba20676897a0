#include "dft/espresso/healing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/error.hpp"
#include "dft/espresso/acceptance.hpp"
#include "dft/espresso/remedy.hpp"

namespace mlip::dft::espresso {

namespace {

constexpr double converging_slope = -0.2;

class Healing {
 public:
  Healing(const core::Structure& structure, const Parameters& parameters, const Launcher& launch,
          const Lessons& lessons, const MagneticStart& start)
      : structure_(structure),
        parameters_(parameters),
        launch_(launch),
        lessons_(lessons),
        numerics_(first_numerics(parameters)),
        remedy_(start.name) {
    numerics_.start = start;
    history_.smearing = parameters.occupations == "smearing";
    history_.alternating =
        parameters.spin_polarized && std::ranges::any_of(structure.numbers, alternates);
  }

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
    const TextOutput text = parse_text(files.standard_output);
    diagnosis_ = diagnose(files);
    const Request request{structure_, parameters_, numerics_};
    std::optional<XmlOutput> xml;
    if (diagnosis_.fault == Fault::none) {
      xml = parse_xml(files.xml);
      diagnosis_ = check(request, *xml, text);
    }
    density_saved_ = files.density_saved;
    const auto slope = convergence_slope(text.accuracies_ry);
    history_.converging = slope && *slope < converging_slope;
    record(files, text);
    if (diagnosis_.fault == Fault::interrupted) return false;
    stop_where_hopeless();
    if (on_bridge() || diagnosis_.fault != Fault::none) {
      if (diagnosis_.fault == Fault::magnetic_state) keep_candidate(request, *xml, text);
      return number < parameters_.attempts_per_structure;
    }
    keep_candidate(request, *xml, text);
    accept_candidate();
    return false;
  }

  void record(const RunFiles& files, const TextOutput& text) {
    const bool bridged = on_bridge() && diagnosis_.fault == Fault::none;
    outcome_.attempts.push_back({bridged ? "bridge" : std::string(entry(diagnosis_.fault).name),
                                 remedy_, files.completion.seconds, text.scf_steps,
                                 diagnosis_.detail});
  }

  void stop_where_hopeless() const {
    const FaultEntry& fault = entry(diagnosis_.fault);
    if (fault.consequence == Consequence::stop_run)
      throw stop_run(core::ExitCode::missing_tool, std::string(fault.advice));
  }

  [[nodiscard]] core::UserError stop_run(core::ExitCode code, std::string remedy) const {
    return {code, fmt::format("pw.x: {}: {}", entry(diagnosis_.fault).name, diagnosis_.detail),
            std::move(remedy)};
  }

  [[nodiscard]] bool on_bridge() const { return numerics_.degauss_factor != 1; }

  /// The lowest energy counts where a magnetic state was tried twice.
  void keep_candidate(const Request& request, const XmlOutput& xml, const TextOutput& text) {
    core::Labels labels = labels_of(request, xml, text);
    if (candidate_ && *candidate_->energy <= *labels.energy) return;
    candidate_ = std::move(labels);
    if (parameters_.spin_polarized) outcome_.absolute_magnetization = xml.absolute_magnetization;
    candidate_attempt_ = outcome_.attempts.size() - 1;
  }

  void accept_candidate() {
    if (!candidate_ || diagnosis_.fault == Fault::interrupted) return;
    outcome_.labels = *candidate_;
    outcome_.accepted = core::is_finite(outcome_.labels, structure_.size());
    outcome_.attempts[candidate_attempt_].fault = entry(Fault::none).name;
  }

  std::optional<Remedy> affordable_remedy() {
    const auto remedy = next_remedy(diagnosis_.fault, history_, lessons_.tallies);
    if (!remedy) return remedy;
    double spent = 0;
    for (std::size_t i = 1; i < outcome_.attempts.size(); ++i)
      spent += outcome_.attempts[i].seconds;
    std::string over;
    if (tries_[diagnosis_.fault]++ >= parameters_.attempts_per_fault)
      over = fmt::format("{} remedies tried, as many as 'attempts_per_fault'",
                         parameters_.attempts_per_fault);
    else if (spent >= lessons_.seconds_left)
      over = "the run's 'healing_seconds' are spent";
    if (over.empty()) return remedy;
    auto& detail = outcome_.attempts.back().detail;
    detail += (detail.empty() ? "" : "; ") + over;
    return std::nullopt;
  }

  bool choose_remedy() {
    const bool arrived = on_bridge() && diagnosis_.fault == Fault::none;
    const auto remedy = arrived ? std::optional(return_from_bridge()) : affordable_remedy();
    const FaultEntry& fault = entry(diagnosis_.fault);
    if (!remedy && fault.consequence == Consequence::heal_then_stop_run)
      throw stop_run(core::ExitCode::failed, std::string(fault.advice));
    if (!remedy) return false;
    remedy_ = remedy->name;
    history_.remedies.push_back(remedy_);
    remedy->change(numerics_);
    wait_seconds_ = remedy->wait_seconds;
    if (!density_saved_) numerics_.start_from_density = numerics_.start_from_wavefunctions = false;
    return true;
  }

  const core::Structure& structure_;
  const Parameters& parameters_;
  const Launcher& launch_;
  const Lessons& lessons_;
  Numerics numerics_;
  History history_;
  core::Outcome outcome_;
  Diagnosis diagnosis_;
  std::string remedy_;
  std::map<Fault, int> tries_;
  double wait_seconds_ = 0;
  bool density_saved_ = false;
  std::optional<core::Labels> candidate_;
  std::size_t candidate_attempt_ = 0;
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
  return Healing(structure, parameters, launch, lessons, start).run();
}

}  // namespace mlip::dft::espresso
