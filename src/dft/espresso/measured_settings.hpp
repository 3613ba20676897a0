/// Cutoffs and k-spacings measured on a user's own systems, kept by what the pseudopotentials are.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "dft/espresso/convergence.hpp"

namespace mlip::dft::espresso {

/// The answer of a convergence measurement.
struct MeasuredSettings {
  double ecutwfc_ry = 0, ecutrho_ry = 0;
  double k_spacing = 0;  ///< 1/Å; 0 for molecules
  std::string occupations, smearing;
  double degauss_ry = 0;  ///< which the k-spacing belongs to
  Accuracy wanted;
  std::string date;                  ///< e.g. "2026-11-22"
  std::vector<std::string> systems;  ///< formulas of the structures
};

/// MD5 checksums of the pseudopotential files, in any order.
using Checksums = std::vector<std::string>;

[[nodiscard]] Checksums checksums_of(const Parameters& parameters);

/// Where the measurement of a set of pseudopotential files is kept.
[[nodiscard]] std::filesystem::path settings_file(const std::filesystem::path& folder,
                                                  Checksums checksums);

/// What was measured with exactly these files; none where nothing was.  Throws core::UserError
/// where the file is damaged.
[[nodiscard]] std::optional<MeasuredSettings> find_settings(const std::filesystem::path& folder,
                                                            const Checksums& checksums);

/// Replaces what was measured before with these files; returns the file.
std::filesystem::path keep_settings(const std::filesystem::path& folder, const Checksums& checksums,
                                    const MeasuredSettings& settings);

}  // namespace mlip::dft::espresso
