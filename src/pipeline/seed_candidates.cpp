#include "pipeline/seed_candidates.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>

#include "generate/generate.hpp"
#include "pipeline/molecule_seeds.hpp"
#include "surrogate/open.hpp"

namespace mlip::pipeline {

generate::ModelledSeeds seed_candidates(const SystemConfig& config,
                                        const generate::Modelling& modelling) {
  const auto& options = config.generate;
  generate::ModelledSeeds seeds;
  seeds.candidates = generate::generate(options);
  const bool modelled =
      options.phonons > 0 || options.searches > 0 || options.melts > 0 || options.modes > 0;
  if (!modelled) return seeds;
  if (config.surrogate.model.empty()) {
    seeds.left_out.push_back("phonons, vibrations, random cells and melts: no surrogate.model");
    return seeds;
  }
  const auto surrogate = surrogate::open_surrogate(config.surrogate.model, modelling.threads);
  const auto add = [&](generate::ModelledSeeds made) {
    std::ranges::move(made.candidates, std::back_inserter(seeds.candidates));
    std::ranges::move(made.left_out, std::back_inserter(seeds.left_out));
  };
  if (options.prototype == "molecule")
    add(vibrating_molecules(config, surrogate));
  else
    add(generate::modelled_seeds(options, *surrogate.calculator, modelling));
  return seeds;
}

bool is_large_seed(const core::Candidate& candidate) {
  static constexpr std::array<std::string_view, 7> kinds = {
      "amorphous", "grain_boundary", "liquid", "quench", "stacking_fault", "supercell", "surface"};
  return std::ranges::count(kinds, candidate.config_type) > 0;
}

}  // namespace mlip::pipeline
