/// Does pw.x work here?  Asked with a real, tiny run.
#pragma once

#include <string>

#include "core/finding.hpp"

namespace mlip::dft::espresso {

using core::Finding;

/// Labels H2 in a box with the stock H.pz-vbc.UPF in a temporary folder; never throws for what is
/// missing.
[[nodiscard]] Finding check_pw(const std::string& command);

}  // namespace mlip::dft::espresso
