/// Which runs become labels: JOB DONE is not enough.
#pragma once

#include <string>

#include "core/structure.hpp"
#include "dft/espresso/fault.hpp"
#include "dft/espresso/input.hpp"
#include "dft/espresso/output.hpp"
#include "dft/espresso/parameters.hpp"

namespace mlip::dft::espresso {

/// What was asked of pw.x.
struct Request {
  const core::Structure& structure;  ///< as given to label()
  const Parameters& parameters;
  const Numerics& numerics;
  std::string run_id = {};  ///< that the input had
};

/// Compares what came out with what was asked: the very run, convergence and its threshold, forces
/// and stress present, finite and balanced, the same atoms, cell, pseudopotential files and
/// processes, one energy in text and XML, an empty highest band, sane numbers and the magnetic
/// state.  Fault::none where all hold.
[[nodiscard]] Diagnosis check(const Request& request, const XmlOutput& xml, const TextOutput& text);

/// Labels of an accepted run; stress only where all axes repeat and the system is not isolated.
[[nodiscard]] core::Labels labels_of(const Request& request, const XmlOutput& xml,
                                     const TextOutput& text);

/// Faults that show before any run: numbers that are not finite, atoms too close.
[[nodiscard]] Diagnosis check_structure(const core::Structure& structure);

}  // namespace mlip::dft::espresso
