/// What is tried against a fault: one table of ladders, one pure function.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dft/vasp/fault.hpp"
#include "dft/vasp/input.hpp"

namespace mlip::dft::vasp {

/// numerics: the label is the same.  bridge: another physics on the way, only what the target
/// settings give from there is a label.
enum class RemedyKind { numerics, bridge };

/// When a rung is worth trying.
enum class Condition { always, converging };

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
  bool converging = false;            ///< ln |energy change| fell faster than 0.2 an iteration
};

/// Ladders of all faults, rungs in order.
[[nodiscard]] std::span<const Remedy> remedies();

/// The next rung of the fault's ladder; none where it is used up.
[[nodiscard]] std::optional<Remedy> next_remedy(Fault fault, const History& history);

/// Applied after a bridge converged: the target settings from its wave functions.
[[nodiscard]] const Remedy& return_from_bridge();

/// Faults, symptoms and ladders as the Markdown page docs/reference/faults_vasp.md.
[[nodiscard]] std::string fault_reference();

}  // namespace mlip::dft::vasp
