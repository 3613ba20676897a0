/// Random crystals, relaxed where a model is given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/records.hpp"
#include "generate/random_search.hpp"
#include "potential/calculator.hpp"

namespace mlip::generate {

struct CrystalSearch {
  RandomCell cell;
  int steps = 200;  ///< of a relaxation, at most
  std::uint64_t seed = 0;
};

/// The `item`th candidate "search", as drawn where `model` is null; none where no cell was found,
/// the model has no finite answer, or what relaxed flew apart or collapsed.
[[nodiscard]] std::optional<core::Candidate> search_crystal(const CrystalSearch& search,
                                                            const potential::Calculator* model,
                                                            std::size_t item);

}  // namespace mlip::generate
