#include "dft/vasp/cost.hpp"

#include "core/units.hpp"
#include "dft/espresso/cost.hpp"
#include "dft/vasp/input.hpp"

namespace mlip::dft::vasp {

espresso::Parameters costs_like(const Parameters& parameters) {
  espresso::Parameters alike;
  alike.ecutwfc_ry = parameters.encut / core::ev_per_rydberg;
  alike.ecutrho_ry = 4 * alike.ecutwfc_ry;
  alike.k_spacing = parameters.k_spacing;
  alike.spin_polarized = parameters.spin_polarized;
  alike.isolated = parameters.isolated;
  for (const auto& [symbol, species] : parameters.species)
    alike.species[symbol].valence = species.valence;
  return alike;
}

double core_seconds(const core::Structure& structure, const Parameters& parameters) {
  (void)valence_electrons(structure, parameters);  // refuses elements without POTCAR
  return espresso::core_seconds(structure, costs_like(parameters));
}

}  // namespace mlip::dft::vasp
