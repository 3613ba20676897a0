#include "core/experience.hpp"

#include <doctest/doctest.h>

using namespace mlip::core;

namespace {

Experience of(const std::vector<Attempt>& attempts) {
  Experience experience;
  experience.add(attempts);
  return experience;
}

}  // namespace

TEST_CASE("a try follows a fault, and succeeds where it ends without one") {
  Experience known = of({{"not converged", "", 10, 100, ""},
                         {"not converged", "beta", 20, 200, ""},
                         {"bridge", "smearing", 5, 50, ""},
                         {"none", "back", 3, 10, ""}});
  known.add(std::vector<Attempt>{{"not converged", "", 10, 100, ""}, {"none", "beta", 7, 60, ""}});
  CHECK(known.tallies.size() == 2);  // the way back from a bridge is no try
  CHECK(known.tallies.at({"not converged", "beta"}) == Tally{2, 1, 27});
  CHECK(known.tallies.at({"not converged", "smearing"}) == Tally{1, 1, 5});
  CHECK(known.seconds == 35);  // but it takes time
}

TEST_CASE("what was interrupted and what never failed count nothing") {
  CHECK(of({{"none", "", 10, 100, ""}}) == Experience{});
  CHECK(of({{"killed", "", 1, 0, ""}, {"interrupted", "again", 1, 0, ""}}) == Experience{});
  CHECK(of({}) == Experience{});
}

TEST_CASE("a start from other moments is a try against the magnetic state, won by the lowest") {
  const auto kept = of({{"none", "", 10, 9, ""}, {"magnetic state", "high spin", 12, 9, ""}});
  CHECK(kept.tallies.at({"magnetic state", "high spin"}) == Tally{1, 0, 12});
  const auto moved = of({{"magnetic state", "", 10, 9, ""}, {"none", "high spin", 12, 9, ""}});
  CHECK(moved.tallies.at({"magnetic state", "high spin"}) == Tally{1, 1, 12});
  CHECK(moved.seconds == 12);
  // Alone, before it is compared, it costs the same.
  CHECK(of({{"none", "high spin", 12, 9, ""}}) == Experience{{}, 12});
}
