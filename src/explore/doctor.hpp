/// Does the MD engine work here: a real tiny run.
#pragma once

#include <filesystem>
#include <string>

#include "core/finding.hpp"

namespace mlip::explore {

using core::Finding;

/// Runs a Lennard-Jones step in the host program, once with LAMMPS' own style and once through our
/// pair style's neighbour and force path, and compares the energies.  `folder` is made and removed.
[[nodiscard]] Finding check_lammps(const std::filesystem::path& folder);

}  // namespace mlip::explore
