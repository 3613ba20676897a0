/// Rows of the database as frames of extended XYZ, and back.
#pragma once

#include "io/extended_xyz.hpp"
#include "store/database.hpp"

namespace mlip::app {

/// Structure and labels; what the row says besides in info (config_type, origin, generation, state,
/// priority, holdout, gamma, level_of_theory), its mask as column `force_mask`; where energy and
/// stress are not fitted `energy_weight` and `stress_weight` are 0.
[[nodiscard]] io::Frame to_frame(const store::Record& record);

/// What the frame's info says under a key; `missing` where it says nothing.  T is bool, long,
/// double or std::string; a whole number is a double too, and a number or logical is a text where
/// one is wanted.  Throws core::UserError where it is something else.
template <class T>
[[nodiscard]] T info_or(const io::Frame& frame, const std::string& key, T missing);

/// The way back; a frame that gives no state is labelled where it has an energy, else a candidate.
/// `file` is the origin where the frame has none.
[[nodiscard]] store::Record to_record(const io::Frame& frame, const std::string& file);

}  // namespace mlip::app
