/// Which cutoffs a pseudopotential file needs, by its checksum.
#pragma once

#include <optional>
#include <string>

namespace mlip::dft::espresso {

/// How well a cutoff is founded; smaller is better.
enum class CutoffSource { sssp, measured, header, none };

struct Cutoffs {
  double ecutwfc_ry = 0, ecutrho_ry = 0;
  CutoffSource source = CutoffSource::none;
  std::string reason;
};

/// From the SSSP table (doi:10.1038/s41524-018-0127-2), else from our convergence measurements on
/// the files that Debian's quantum-espresso-data installs; none where the checksum is in neither.
[[nodiscard]] std::optional<Cutoffs> known_cutoffs(const std::string& checksum);

/// The table as shipped.
[[nodiscard]] const char* sssp_json();

}  // namespace mlip::dft::espresso
