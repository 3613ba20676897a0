/// What a walk leaves in its folder, read back; torn and foreign lines are no errors.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "explore/lammps_frame.hpp"
#include "explore/molecular_dynamics.hpp"

namespace mlip::explore {

struct Samples {
  std::vector<GammaSample> samples;
  bool halted = false;  ///< the walk ended itself at its γ limit
};

/// Lines `step time_ps temperature gamma_max energy`; a line `halt ...` says why the walk ended.  A
/// line that is not whole (the process was killed while writing) is left out.
[[nodiscard]] Samples read_samples(std::string_view text);

/// One excursion file of the host program, back in the frame of the start.
[[nodiscard]] core::Result<Excursion> read_excursion(const std::string& text,
                                                     const LammpsFrame& frame);

/// All excursion files of a walk's folder by step; unreadable ones are left out.
[[nodiscard]] std::vector<Excursion> read_excursions(const std::filesystem::path& folder,
                                                     const LammpsFrame& frame);

/// The last line of LAMMPS' output that reports an error, without its place; empty where there is
/// none.
[[nodiscard]] std::string last_error(std::string_view output);

}  // namespace mlip::explore
