/// Structures of which no run is worth its time.
#pragma once

#include <optional>
#include <string>

#include "core/structure.hpp"

namespace mlip::dft {

struct StructureProblem {
  bool too_close = false;  ///< two atoms nearer than 0.4 of their covalent radii's sum
  std::string detail;
};

/// What shows before any run: numbers that are not finite, a cell without volume, atoms too close.
[[nodiscard]] std::optional<StructureProblem> problem_of(const core::Structure& structure);

}  // namespace mlip::dft
