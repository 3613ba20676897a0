/// Does the MD engine work here: a real tiny run.
#pragma once

#include <filesystem>
#include <string>

namespace mlip::explore {

/// What a look at one tool found.
struct Finding {
  std::string name;
  bool works = false;
  std::string version;  ///< as the tool says it; empty where unknown
  std::string detail;   ///< one line: what was run and what came of it
  std::string remedy;   ///< what to do where it does not work
};

/// Runs a Lennard-Jones step in the host program, once with LAMMPS' own style and once through our
/// pair style's neighbour and force path, and compares the energies.  `folder` is made and removed.
[[nodiscard]] Finding check_lammps(const std::filesystem::path& folder);

}  // namespace mlip::explore
