#include "dft/espresso/cost.hpp"

#include <algorithm>
#include <cmath>

#include "dft/espresso/input.hpp"

namespace mlip::dft::espresso {

double core_seconds(const Size& size, const Parameters& parameters) {
  const double filled = size.electrons / 2;
  const double bands =
      parameters.occupations == "fixed" ? filled : std::max(1.2 * filled, filled + 4);
  const double states = (size.points + 1) / 2 * (parameters.spin_polarized ? 2 : 1) * bands;
  const double iterations = parameters.spin_polarized ? 14 : 8;
  const bool augmented = parameters.ecutrho_ry > 4.5 * parameters.ecutwfc_ry;
  const double waves = (augmented ? 2 : 1) * states * std::pow(parameters.ecutwfc_ry, 1.5);
  // Of few electrons in a large box the density costs more than the waves.
  const double density = augmented ? std::pow(parameters.ecutrho_ry, 1.5) : 0;
  return 0.5 + 1e-7 * iterations * size.volume * (waves + 1.2 * density);
}

double core_seconds(const core::Structure& structure, const Parameters& parameters) {
  const auto grid = k_grid(structure, parameters);
  return core_seconds({static_cast<double>(grid[0]) * grid[1] * grid[2],
                       valence_electrons(structure, parameters), boxed(structure).cell.volume()},
                      parameters);
}

int shared_points(const core::Structure& structure, const Parameters& parameters) {
  const auto grid = k_grid(structure, parameters);
  return (grid[0] * grid[1] * grid[2] + 1) / 2;
}

}  // namespace mlip::dft::espresso
