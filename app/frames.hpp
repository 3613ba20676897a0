/// Rows of the database as frames of extended XYZ, and back.
#pragma once

#include "io/extended_xyz.hpp"
#include "store/database.hpp"

namespace mlip::app {

/// Structure and labels; what the row says besides in info (config_type, origin, generation, state,
/// priority, holdout, gamma, level_of_theory), its mask as column `force_mask`; where energy and
/// stress are not fitted `energy_weight` and `stress_weight` are 0.
[[nodiscard]] io::Frame to_frame(const store::Record& record);

/// The text under a key of the frame's info; `missing` where there is none.
[[nodiscard]] std::string text_or(const io::Frame& frame, const std::string& key,
                                  const std::string& missing);

/// The way back; a frame that gives no state is labelled where it has an energy, else a candidate.
/// `file` is the origin where the frame has none.
[[nodiscard]] store::Record to_record(const io::Frame& frame, const std::string& file);

}  // namespace mlip::app
