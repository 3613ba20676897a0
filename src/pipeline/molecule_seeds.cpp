#include "pipeline/molecule_seeds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/error.hpp"
#include "core/seed.hpp"
#include "generate/molecules.hpp"
#include "generate/vibrations.hpp"

namespace mlip::pipeline {

namespace {

bool have_same_bonds(const core::Structure& first, const core::Structure& second) {
  return std::ranges::equal(
      generate::find_bonds(first), generate::find_bonds(second),
      [](const auto& a, const auto& b) { return a.first == b.first && a.second == b.second; });
}

std::vector<core::Candidate> seeds_of(const generate::GivenCrystal& given,
                                      const surrogate::Surrogate& model,
                                      const generate::ModeSeries& series) {
  const core::Structure molecule = generate::structure_of(given);
  auto vibrations = generate::vibrations_of(molecule, *model.calculator);
  const bool rests =
      vibrations.rest.converged && have_same_bonds(molecule, vibrations.rest.structure);
  if (!rests) vibrations = generate::vibrations_of(molecule, *model.calculator, 0);
  auto candidates = generate::mode_series(vibrations.modes, series);
  if (rests) {
    core::Candidate at_rest;
    at_rest.structure = vibrations.rest.structure;
    at_rest.config_type = "molecule";
    at_rest.origin = molecule.formula() + ", at rest";
    candidates.push_back(std::move(at_rest));
  }
  for (core::Candidate& candidate : candidates)
    candidate.origin =
        fmt::format("{}: {}{} by {} {}", given.name, candidate.origin,
                    rests ? "" : ", taken as what is given,", model.model, model.version);
  return candidates;
}

}  // namespace

generate::ModelledSeeds vibrating_molecules(const SystemConfig& config,
                                            const surrogate::Surrogate& model) {
  const auto& options = config.generate;
  generate::ModelledSeeds seeds;
  if (options.modes == 0) return seeds;
  generate::ModeSeries series;
  series.temperatures = options.mode_temperatures;
  series.count = options.modes;
  series.closest = options.closest;
  for (std::size_t k = 0; k < options.crystals.size(); ++k) {
    const generate::GivenCrystal& given = options.crystals[k];
    if (given.elements.size() < 2) continue;
    series.seed = core::random_engine(config.seed, "vibrating molecule", k)();
    try {
      std::ranges::move(seeds_of(given, model, series), std::back_inserter(seeds.candidates));
    } catch (const core::UserError& error) {
      if (error.code() != core::ExitCode::failed) throw;
      seeds.left_out.push_back(fmt::format("vibrations of {}: {}", given.name, error.what()));
    }
  }
  return seeds;
}

}  // namespace mlip::pipeline
