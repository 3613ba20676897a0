/// Pacemaker's data sets, `.pckl.gzip`: pandas pickles, written and read by a Python child.
#pragma once

#include <filesystem>
#include <vector>

#include "io/extended_xyz.hpp"

namespace mlip::fit::pacemaker {

/// A row a frame.  labels.energy, forces and stress become the columns `energy`, `forces`,
/// `stress`; info `energy_weight` and column `force_mask` become `w_energy` and `w_forces`, both
/// where there is one of them (Pacemaker wants both), the other being 1; info `energy_corrected`,
/// `name` and `w_factor` keep their names; everything else goes to the atoms' info and arrays.  A
/// masked force that is not finite is written as 0.  Throws core::UserError where another number is
/// not finite, or `python` has no pandas and ase.
void write_data_set(const std::filesystem::path& file, const std::vector<io::Frame>& frames,
                    const std::filesystem::path& python);

/// The way back; a row without `energy` takes `energy_corrected`.  A pickle can run code: read only
/// files that can be trusted.  Throws core::UserError where the file is no data set.
[[nodiscard]] std::vector<io::Frame> read_data_set(const std::filesystem::path& file,
                                                   const std::filesystem::path& python);

}  // namespace mlip::fit::pacemaker
