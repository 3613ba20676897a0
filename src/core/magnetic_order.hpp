/// The name of a magnetic state.
#pragma once

#include <string>

#include "core/structure.hpp"

namespace mlip::core {

/// "nonmagnetic", "ferromagnetic", "antiferromagnetic" or "ferrimagnetic", by the sum of the sites'
/// moments and of their sizes; empty where the labels hold none.
[[nodiscard]] std::string magnetic_order(const Labels& labels);

}  // namespace mlip::core
