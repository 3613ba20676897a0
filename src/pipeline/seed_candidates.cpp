#include "pipeline/seed_candidates.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

#include "surrogate/open.hpp"

namespace mlip::pipeline {

generate::ModelledSeeds seed_candidates(const SystemConfig& config,
                                        const generate::Modelling& modelling) {
  generate::ModelledSeeds seeds;
  seeds.candidates = generate::generate(config.generate);
  if (config.surrogate.model.empty()) return seeds;
  const auto surrogate = surrogate::open_surrogate(config.surrogate.model, modelling.threads);
  auto modelled = generate::modelled_seeds(config.generate, *surrogate.calculator, modelling);
  std::ranges::move(modelled.candidates, std::back_inserter(seeds.candidates));
  seeds.left_out = std::move(modelled.left_out);
  return seeds;
}

bool is_large_seed(const core::Candidate& candidate) {
  static constexpr std::array<std::string_view, 7> kinds = {
      "amorphous", "grain_boundary", "liquid", "quench", "stacking_fault", "supercell", "surface"};
  return std::ranges::count(kinds, candidate.config_type) > 0;
}

}  // namespace mlip::pipeline
