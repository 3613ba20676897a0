/// How many of each group are taken, so that none is left out and large groups have more.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace mlip::select {

/// `count` (or all, where there are fewer) dealt out to groups of so many members: one to each
/// group, the largest first, then by Adams' rule of apportionment.
[[nodiscard]] std::vector<std::size_t> fair_shares(std::span<const std::size_t> sizes,
                                                   std::size_t count);

}  // namespace mlip::select
