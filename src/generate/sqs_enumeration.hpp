/// All decorations of a small lattice.
#pragma once

#include "generate/sqs_chain.hpp"

namespace mlip::generate {

/// The best of all, the first in lexicographic order where several are equal; ends early at one no
/// worse than `goal`.
[[nodiscard]] SqsFound enumerate(const SqsProblem& problem, double goal);

}  // namespace mlip::generate
