/// Throws out structures that a cheap model calls nonsense, before DFT is paid for them.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/records.hpp"
#include "potential/calculator.hpp"

namespace mlip::surrogate {

struct ScreenLimits {
  double max_energy_above_lowest = 3;  ///< eV/atom, above the lowest of the same composition
  double max_force = 50;               ///< eV/Å, the largest on an atom
};

struct Rejected {
  std::size_t index = 0;  ///< in the candidates
  std::string reason;     ///< one line
};

struct Screening {
  std::vector<std::size_t> kept;   ///< indices, ascending
  std::vector<Rejected> rejected;  ///< by index, ascending
};

/// Energies are only compared between structures with the same fractions of elements, among those
/// whose forces pass.  A structure the calculator fails on (exit code failed) or gives no finite
/// answer for is rejected; a core::UserError that is the user's or the machine's goes through.
[[nodiscard]] Screening screen(std::span<const core::Candidate> candidates,
                               const potential::Calculator& calculator, const ScreenLimits& limits);

}  // namespace mlip::surrogate
