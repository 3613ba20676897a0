/// The page of a convergence measurement: deviations against cutoffs and k-spacings.
#pragma once

#include <string>

#include "report/html.hpp"

namespace mlip::report {

/// Self-contained HTML from JSON: `title`, `facts` (name → text), `wanted`
/// (`energy_meV_per_atom`, `force_meV_per_A`, `stress_GPa`) and `series`, each with `name`, `unit`,
/// `reference`, `chosen` and `trials` (`value`, `core_seconds` and the three deviations, null where
/// a calculation failed).
[[nodiscard]] std::string render_convergence_html(const Json& convergence);

}  // namespace mlip::report
