#include "validate/elastic.hpp"

#include "core/units.hpp"

namespace mlip::validate {

namespace {

/// Stress in GPa of the crystal under `strain`; clears `converged` where its atoms do not settle.
core::Mat3 stress_under(const core::Mat3& strain, const core::Structure& crystal,
                        const potential::Calculator& model, const ElasticOptions& options,
                        bool& converged) {
  core::Structure cell = core::strained(crystal, strain);
  const double volume = cell.cell.volume();
  if (!options.relax_internal) return model.evaluate(cell).stress(volume) * core::gpa_per_ev_per_a3;
  const auto relaxed = potential::relax_positions(std::move(cell), model, options.relax);
  converged = converged && relaxed.converged;
  return relaxed.evaluation.stress(volume) * core::gpa_per_ev_per_a3;
}

}  // namespace

CubicElastic cubic_elastic_constants(const core::Structure& crystal,
                                     const potential::Calculator& model,
                                     const ElasticOptions& options) {
  CubicElastic constants;
  const auto response = [&](const core::Mat3& direction) -> core::Mat3 {
    const core::Mat3 up =
        stress_under(options.strain * direction, crystal, model, options, constants.converged);
    const core::Mat3 down =
        stress_under(-options.strain * direction, crystal, model, options, constants.converged);
    return (up - down) / (2 * options.strain);
  };
  for (int a = 0; a < 3; ++a) {
    const int b = (a + 1) % 3, c = (a + 2) % 3;
    core::Mat3 stretch = core::Mat3::Zero(), shear = core::Mat3::Zero();
    stretch(a, a) = 1;
    shear(b, c) = shear(c, b) = 0.5;
    const core::Mat3 stretched = response(stretch);
    constants.c11_gpa += stretched(a, a) / 3;
    constants.c12_gpa += (stretched(b, b) + stretched(c, c)) / 6;
    constants.c44_gpa += response(shear)(b, c) / 3;
  }
  return constants;
}

}  // namespace mlip::validate
