/// The page of a fit or of an evaluation: errors by kind of structure, parity, what the advisor
/// weighed.
#pragma once

#include <string>

#include "report/html.hpp"

namespace mlip::report {

/// Self-contained HTML from the JSON of `mlip-auto fit` and `mlip-auto eval`: `title`, `facts`
/// (name → text), `sets` (name → `errors`, `by_type`, `parity`), `curve`, `trials`; parts that are
/// absent are left out.
[[nodiscard]] std::string render_fit_html(const Json& fit);

}  // namespace mlip::report
