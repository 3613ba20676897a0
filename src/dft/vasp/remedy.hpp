/// What is tried against a fault: one table of ladders, one pure function.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dft/vasp/fault.hpp"
#include "dft/vasp/input.hpp"

namespace mlip::dft::vasp {

using dft::Condition;
using dft::History;
using dft::RemedyKind;
using Remedy = RemedyOf<Fault, Numerics>;

/// Ladders of all faults, rungs in order.
[[nodiscard]] std::span<const Remedy> remedies();

/// The rungs of one ladder in the order to climb, as dft::ladder_of().
[[nodiscard]] std::vector<Remedy> ladder(Fault fault, const core::Tallies& known);

/// The next rung of the fault's ladder; none where it is used up.
[[nodiscard]] std::optional<Remedy> next_remedy(Fault fault, const History& history,
                                                const core::Tallies& known = {});

/// Applied after a bridge converged: the target settings from its wave functions.
[[nodiscard]] const Remedy& return_from_bridge();

/// Faults, symptoms and ladders as the Markdown page docs/reference/faults_vasp.md.
[[nodiscard]] std::string fault_reference();

}  // namespace mlip::dft::vasp
