/// The few candidates worth paying DFT for.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/records.hpp"
#include "potential/calculator.hpp"
#include "soap/soap.hpp"

namespace mlip::select {

/// Index into the candidates, why it was taken, and how urgent it is (larger first).
struct Pick {
  std::size_t index;
  std::string reason;
  double priority = 0;
};

/// At most `count` candidates among those whose atoms MaxVol chooses on the model's descriptors,
/// each the one that adds most to the volume spanned by `known` and by those taken before it.
[[nodiscard]] std::vector<Pick> d_optimal(std::span<const core::Candidate> candidates,
                                          std::span<const core::Candidate> known,
                                          const potential::Calculator& model, std::size_t count);

/// At most `count` candidates, each furthest (Euclidean distance of standardised mean and standard
/// deviation of atom descriptors) from all taken before and from `known`.
[[nodiscard]] std::vector<Pick> farthest_point(std::span<const core::Candidate> candidates,
                                               std::span<const core::Candidate> known,
                                               const potential::Calculator& model,
                                               std::size_t count);

/// The same by the distance of soap_point(); the descriptor names all elements.
[[nodiscard]] std::vector<Pick> farthest_by_soap(std::span<const core::Candidate> candidates,
                                                 std::span<const core::Candidate> known,
                                                 const soap::Soap& soap, std::size_t count);

}  // namespace mlip::select
