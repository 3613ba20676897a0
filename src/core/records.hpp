/// The values that flow between the stages; each has one producer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/structure.hpp"

namespace mlip::core {

/// A structure that might be worth DFT.  Producers: generate, explore.
struct Candidate {
  Structure structure;
  std::string config_type;  ///< e.g. "strain", "rattle", "dimer", "md", "embedded"
  std::string origin;       ///< one line: how it was made
  int generation = 0;
  std::vector<double> force_mask;     ///< weight of each atom's force, 0 or 1; empty = all 1
  std::optional<double> gamma;        ///< extrapolation grade that made it a candidate
  bool fit_energy_and_stress = true;  ///< false for embedded cells
};

/// One start of the DFT engine on one structure.  Producer: dft.
struct Attempt {
  std::string fault;   ///< "none" when accepted
  std::string remedy;  ///< what was changed before this attempt; empty for the first
  double seconds = 0;  ///< wall time
  int scf_steps = 0;
  std::string detail;  ///< one line of evidence from the output
  int ranks = 1;       ///< MPI ranks, a core each

  [[nodiscard]] double core_seconds() const { return seconds * ranks; }
};

/// What DFT made of one structure.  Producer: dft.
struct Outcome {
  bool accepted = false;
  Labels labels;                ///< valid when accepted
  std::string level_of_theory;  ///< hash; labels of different hashes never mix
  std::vector<Attempt> attempts;
  std::optional<double> absolute_magnetization;  ///< μ_B a cell, ∫|m|; none without spin
};

}  // namespace mlip::core
