/// Point defects of a crystal, each inequivalent one once, in supercells.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/records.hpp"
#include "generate/symmetry.hpp"

namespace mlip::generate {

/// All kinds of defects, alphabetical.
[[nodiscard]] const std::vector<std::string>& defect_kinds();

struct DefectOptions {
  std::set<std::string> kinds;    ///< of defect_kinds(); none: all
  std::vector<int> elements;      ///< atomic numbers of foreign atoms
  double image_distance = 8;      ///< Å between a defect and its images, at least
  int max_atoms = 300;            ///< of a supercell before it has a defect
  int shells = 2;                 ///< of neighbours that two vacancies may be
  double dumbbell_length = 0.75;  ///< of the nearest-neighbour distance
  double closest = 0.5;           ///< no two atoms closer than this × the sum of covalent radii
};

struct Defects {
  std::vector<core::Candidate> candidates;  ///< config_type is the kind
  int too_close = 0;                        ///< left out
};

/// Throws core::UserError where the supercell would be too large.
[[nodiscard]] Defects make_defects(const Symmetry& symmetry, const DefectOptions& options);

}  // namespace mlip::generate
