#include "pipeline/seed_candidates.hpp"

#include <algorithm>
#include <iterator>

#include "generate/generate.hpp"
#include "pipeline/molecule_seeds.hpp"

namespace mlip::pipeline {

std::vector<core::Candidate> seed_candidates(const SystemConfig& config) {
  auto candidates = generate::generate(config.generate);
  std::ranges::move(vibrating_molecules(config), std::back_inserter(candidates));
  return candidates;
}

}  // namespace mlip::pipeline
