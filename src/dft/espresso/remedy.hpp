/// What is tried against a fault: one table of ladders, one pure function.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/experience.hpp"
#include "dft/espresso/fault.hpp"
#include "dft/espresso/input.hpp"

namespace mlip::dft::espresso {

/// numerics: the label is the same.  bridge: another physics on the way, only what the target
/// settings give from there is a label.  physics: another level of theory.
enum class RemedyKind { numerics, bridge, physics };

/// When a rung is worth trying.
enum class Condition { always, converging, smearing, alternating };

struct Remedy {
  Fault fault;
  RemedyKind kind;
  Condition condition;
  std::string_view name;      ///< as recorded in core::Attempt
  void (*change)(Numerics&);  ///< on top of what the attempt before used
  double wait_seconds = 0;    ///< before the attempt
};

/// What was done so far on a structure.
struct History {
  std::vector<std::string> remedies;  ///< names, oldest first
  bool smearing = true;               ///< of the target settings
  bool converging = false;            ///< ln(accuracy) fell faster than 0.2 an iteration
  bool alternating = false;           ///< an element orders antiferromagnetically
};

/// Ladders of all faults, rungs in order.
[[nodiscard]] std::span<const Remedy> remedies();

/// The rungs of one ladder in the order to climb: numerics before bridges, then those that worked
/// most often, then the table's order.
[[nodiscard]] std::vector<Remedy> ladder(Fault fault, const core::Tallies& known);

/// The next rung of the fault's ladder; none where it is used up.
[[nodiscard]] std::optional<Remedy> next_remedy(Fault fault, const History& history,
                                                const core::Tallies& known = {});

/// Applied after a bridge converged: the target settings from its density.
[[nodiscard]] const Remedy& return_from_bridge();

/// Faults, symptoms and ladders as the Markdown page docs/reference/faults.md.
[[nodiscard]] std::string fault_reference();

}  // namespace mlip::dft::espresso
