#include "select/shares.hpp"

#include <doctest/doctest.h>

using namespace mlip;

namespace {

using Shares = std::vector<std::size_t>;

Shares dealt(const Shares& sizes, std::size_t count) {
  return select::fair_shares(sizes, count);
}

}  // namespace

TEST_CASE("every group has one before a large one has many") {
  CHECK(dealt({70, 2, 14, 1}, 12) == Shares{8, 1, 2, 1});
  CHECK(dealt({70, 2, 14, 1}, 4) == Shares{1, 1, 1, 1});
  CHECK(dealt({70, 2, 14, 1}, 2) == Shares{1, 0, 1, 0});
}

TEST_CASE("no group gives more than it has, and nothing is dealt out twice") {
  CHECK(dealt({3, 0, 2}, 100) == Shares{3, 0, 2});
  CHECK(dealt({5, 5}, 4) == Shares{2, 2});
  CHECK(dealt({}, 4).empty());
  CHECK(dealt({4}, 0) == Shares{0});
}
