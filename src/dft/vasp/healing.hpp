/// The healing loop: run, diagnose, check, remedy, until accepted or given up.
#pragma once

#include <functional>

#include "dft/healing_loop.hpp"
#include "dft/magnetic_start.hpp"
#include "dft/vasp/fault.hpp"
#include "dft/vasp/input.hpp"
#include "dft/vasp/parameters.hpp"

namespace mlip::dft::vasp {

/// Makes one attempt (1, 2, ...) and returns what it left behind.  `wait_seconds` are let pass
/// before.
using Launcher = std::function<RunFiles(const Numerics&, int attempt, double wait_seconds)>;

/// The outcome without its level of theory.  A structure is given up when a fault's ladder, its
/// share of attempts or the run's seconds are used up.  The first attempt begins with the moments
/// of `start`, and is named by it.  Throws core::UserError for faults that no other structure would
/// escape either (missing program, wrong POTCAR, refused input).
[[nodiscard]] core::Outcome heal(const core::Structure& structure, const Parameters& parameters,
                                 const Launcher& launch, const Lessons& lessons = {},
                                 const MagneticStart& start = {});

}  // namespace mlip::dft::vasp
