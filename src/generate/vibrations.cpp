#include "generate/vibrations.hpp"

#include <fmt/format.h>

#include <optional>

#include "core/seed.hpp"
#include "generate/generate.hpp"

namespace mlip::generate {

namespace {

/// None where no draw keeps the atoms apart.
std::optional<core::Candidate> draw_sample(const NormalModes& modes, const ModeSeries& series,
                                           double temperature, std::uint64_t item) {
  const ModeSampling sampling{temperature, series.statistics, series.softest};
  auto engine = core::random_engine(series.seed, "generate modes", item);
  for (int attempt = 0; attempt < 50; ++attempt) {
    auto sample = sample_modes(modes, sampling, engine);
    if (!distances_allowed(sample.structure, series.closest)) continue;
    core::Candidate candidate;
    candidate.structure = std::move(sample.structure);
    candidate.config_type = "modes";
    candidate.origin = fmt::format("{}, {} normal modes at {} K, {:.4f} eV above the minimum",
                                   modes.structure.formula(), name_of(series.statistics),
                                   temperature, sample.energy);
    return candidate;
  }
  return {};
}

}  // namespace

Vibrations vibrations_of(const core::Structure& molecule, const potential::Calculator& model,
                         int steps) {
  Vibrations vibrations;
  vibrations.rest = potential::relax_positions(
      molecule, model, {.force_tolerance = 1e-3, .steps = steps, .largest_step = 0.05});
  const core::Structure& rest = vibrations.rest.structure;
  vibrations.modes = normal_modes(rest, hessian(model, rest), Freedom::molecule);
  return vibrations;
}

std::vector<core::Candidate> mode_series(const NormalModes& modes, const ModeSeries& series) {
  std::vector<core::Candidate> candidates;
  std::uint64_t item = 0;
  for (const double temperature : series.temperatures)
    for (int n = 0; n < series.count; ++n)
      if (auto candidate = draw_sample(modes, series, temperature, item++))
        candidates.push_back(std::move(*candidate));
  return candidates;
}

}  // namespace mlip::generate
