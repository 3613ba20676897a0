/// Seed candidates that the surrogate calls nonsense, before DFT is paid for them.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "core/records.hpp"
#include "pipeline/system_config.hpp"
#include "store/database.hpp"

namespace mlip::pipeline {

struct ScreenedSeeds {
  std::vector<core::Candidate> kept;
  std::vector<store::Record> dropped;  ///< their origin ends with the reason
  /// Document "surrogate_screen": model, version, energies (their convention), kept,
  /// rejected{meaning: count}, limits, and points{volume (Å³/atom), energy (eV/atom), kept} of
  /// crystals; null without a surrogate.
  nlohmann::ordered_json document;
};

/// All are kept where no surrogate is planned, or none to screen.  Throws core::UserError where the
/// one that is cannot be had.
[[nodiscard]] ScreenedSeeds screen_seeds(const SystemConfig& config,
                                         std::vector<core::Candidate> candidates);

}  // namespace mlip::pipeline
