/// The healing loop of every program: run, diagnose, check, remedy, until accepted or given up.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "core/error.hpp"
#include "core/records.hpp"
#include "dft/lessons.hpp"
#include "dft/remedies.hpp"

namespace mlip::dft {

/// Slope of ln(accuracy) an SCF step below which a calculation is on its way.
inline constexpr double converging_slope = -0.2;

/// What one attempt came to.
template <class Fault>
struct Verdict {
  Fault fault = Fault::none;
  std::string detail = {};  ///< one line of evidence
  int scf_steps = 0;
  bool converging = false;
  bool saved = false;                       ///< there is something to start the next attempt from
  std::optional<core::Labels> labels = {};  ///< where the fault is none or magnetic_state
  std::optional<double> absolute_magnetization = {};
};

/// `Program` has: types Fault (with none, interrupted, magnetic_state), Numerics, Files; `name`;
/// `structure`; judge(Files, Numerics) → Verdict; static ranks(Numerics), on_bridge(Numerics),
/// start_afresh(Numerics&), return_from_bridge(); and by its Fault's room: entry(Fault),
/// next_remedy(Fault, History, Tallies).
template <class Program>
class HealingLoop {
 public:
  using Fault = typename Program::Fault;
  using Numerics = typename Program::Numerics;
  /// Makes one attempt (1, 2, ...) and returns what it left behind.  Seconds are let pass before.
  using Launcher = std::function<typename Program::Files(const Numerics&, int, double)>;

  /// All arguments outlive the loop.
  HealingLoop(const Program& program, const Launcher& launch, const HealingBudget& budget,
              const Lessons& lessons)
      : program_(program), launch_(launch), budget_(budget), lessons_(lessons) {}

  /// `remedy` names the first attempt.  The outcome is without its level of theory.  Throws
  /// core::UserError for faults that no other structure would escape either.
  core::Outcome run(Numerics numerics, History history, std::string remedy = "") {
    numerics_ = std::move(numerics);
    history_ = std::move(history);
    remedy_ = std::move(remedy);
    while (attempt() && choose_remedy()) {
    }
    if (!outcome_.accepted) accept_candidate();
    return std::move(outcome_);
  }

 private:
  /// One attempt; false when there is nothing more to try.
  bool attempt() {
    const int number = static_cast<int>(outcome_.attempts.size()) + 1;
    const auto files = launch_(numerics_, number, wait_seconds_);
    verdict_ = program_.judge(files, numerics_);
    history_.converging = verdict_.converging;
    const bool bridged = on_bridge() && verdict_.fault == Fault::none;
    outcome_.attempts.push_back({bridged ? "bridge" : std::string(entry(verdict_.fault).name),
                                 remedy_, files.completion.seconds, verdict_.scf_steps,
                                 verdict_.detail, Program::ranks(numerics_)});
    if (verdict_.fault == Fault::interrupted) return false;
    const auto& fault = entry(verdict_.fault);
    if (fault.consequence == Consequence::stop_run) throw stop_run(core::ExitCode::missing_tool);
    if (verdict_.labels && !on_bridge()) keep_candidate();
    if (on_bridge() || verdict_.fault != Fault::none)
      return number < budget_.attempts_per_structure;
    accept_candidate();
    return false;
  }

  [[nodiscard]] core::UserError stop_run(core::ExitCode code) const {
    const auto& fault = entry(verdict_.fault);
    return {code, fmt::format("{}: {}: {}", Program::name, fault.name, verdict_.detail),
            std::string(fault.advice)};
  }

  [[nodiscard]] bool on_bridge() const { return Program::on_bridge(numerics_); }

  /// The lowest energy counts where a magnetic state was tried twice.
  void keep_candidate() {
    if (candidate_ && *candidate_->energy <= *verdict_.labels->energy) return;
    candidate_ = verdict_.labels;
    outcome_.absolute_magnetization = verdict_.absolute_magnetization;
    candidate_attempt_ = outcome_.attempts.size() - 1;
  }

  void accept_candidate() {
    if (!candidate_ || verdict_.fault == Fault::interrupted) return;
    outcome_.labels = *candidate_;
    outcome_.accepted = core::is_finite(outcome_.labels, program_.structure.size());
    outcome_.attempts[candidate_attempt_].fault = entry(Fault::none).name;
  }

  /// Why no remedy may be tried any more; empty where one may.
  [[nodiscard]] std::string spent() {
    double seconds = 0;
    for (std::size_t i = 1; i < outcome_.attempts.size(); ++i)
      seconds += outcome_.attempts[i].seconds;
    if (tries_[verdict_.fault]++ >= budget_.attempts_per_fault)
      return fmt::format("{} remedies tried, as many as 'attempts_per_fault'",
                         budget_.attempts_per_fault);
    return seconds >= lessons_.seconds_left ? "the run's 'healing_seconds' are spent" : "";
  }

  auto affordable_remedy() {
    auto remedy = next_remedy(verdict_.fault, history_, lessons_.tallies);
    if (!remedy) return remedy;
    if (const std::string over = spent(); !over.empty()) {
      auto& detail = outcome_.attempts.back().detail;
      detail += (detail.empty() ? "" : "; ") + over;
      remedy.reset();
    }
    return remedy;
  }

  bool choose_remedy() {
    const bool arrived = on_bridge() && verdict_.fault == Fault::none;
    const auto remedy =
        arrived ? std::optional(Program::return_from_bridge()) : affordable_remedy();
    if (!remedy && entry(verdict_.fault).consequence == Consequence::heal_then_stop_run)
      throw stop_run(core::ExitCode::failed);
    if (!remedy) return false;
    remedy_ = remedy->name;
    history_.remedies.push_back(remedy_);
    remedy->change(numerics_);
    wait_seconds_ = remedy->wait_seconds;
    if (!verdict_.saved) Program::start_afresh(numerics_);
    return true;
  }

  const Program& program_;
  const Launcher& launch_;
  const HealingBudget& budget_;
  const Lessons& lessons_;
  Numerics numerics_;
  History history_;
  core::Outcome outcome_;
  Verdict<Fault> verdict_;
  std::string remedy_;
  std::map<Fault, int> tries_;
  double wait_seconds_ = 0;
  std::optional<core::Labels> candidate_;
  std::size_t candidate_attempt_ = 0;
};

}  // namespace mlip::dft
