/// What a label by VASP costs before anything was run.
#pragma once

#include "core/structure.hpp"
#include "dft/espresso/parameters.hpp"
#include "dft/vasp/parameters.hpp"

namespace mlip::dft::vasp {

/// Parameters of pw.x that cost as much.
[[nodiscard]] espresso::Parameters costs_like(const Parameters& parameters);

/// Core seconds as those of pw.x with the same mesh, bands, volume and cutoff, which costs measured
/// on the way correct; throws core::UserError for an element without POTCAR.
[[nodiscard]] double core_seconds(const core::Structure& structure, const Parameters& parameters);

}  // namespace mlip::dft::vasp
