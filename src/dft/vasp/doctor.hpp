/// Is VASP here, and what it needs?
#pragma once

#include <vector>

#include "core/finding.hpp"
#include "dft/vasp/parameters.hpp"

namespace mlip::dft::vasp {

/// The program, and each element's POTCAR; nothing is run, since VASP takes what a licence and the
/// user's cluster allow.  Never throws for what is missing.
[[nodiscard]] std::vector<core::Finding> check_vasp(const Parameters& parameters);

}  // namespace mlip::dft::vasp
