/// Which excursions go on to DFT: the most uncertain first, near copies once.
#pragma once

#include <vector>

#include "explore/embedding.hpp"

namespace mlip::explore {

/// At most `count` candidates of all walks' excursions, by falling γ.  Of excursions whose most
/// uncertain atoms have the same surroundings (species equal, sorted distances within 5 Å alike to
/// 0.1 Å rms) only the one with the largest γ is kept.  Excursions without atoms or without finite
/// γ are left out.
[[nodiscard]] std::vector<core::Candidate> prioritize(std::vector<Excursion> excursions,
                                                      const EmbeddingOptions& options,
                                                      int generation, std::size_t count);

}  // namespace mlip::explore
