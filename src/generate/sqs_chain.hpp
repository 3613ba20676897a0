/// Annealing of one decoration by swaps of two sites.
#pragma once

#include <functional>
#include <random>

#include "generate/sqs_problem.hpp"

namespace mlip::generate {

struct SqsFound {
  SqsProblem::Decoration decoration;
  double objective;
  long swaps = 0;  ///< tried
};

struct SqsChain {
  std::uint64_t seed = 0;
  long swaps = 1'000'000;                             ///< at most
  double goal = 0;                                    ///< ends where the objective is no more
  std::function<bool()> stop = [] { return false; };  ///< asked now and then
};

/// The best that simulated annealing (Metropolis, falling temperature) meets from a random
/// decoration; counts are kept up to date, a swap costs the pairs of kinds it changes.
[[nodiscard]] SqsFound anneal(const SqsProblem& problem, const SqsChain& chain);

}  // namespace mlip::generate
