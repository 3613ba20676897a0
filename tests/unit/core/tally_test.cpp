#include "core/tally.hpp"

#include <doctest/doctest.h>

using namespace mlip::core;

TEST_CASE("a try follows a fault, and succeeds where it ends without one") {
  Tallies tallies;
  count_remedies(std::vector<Attempt>{{"not converged", "", 10, 100, ""},
                                      {"not converged", "beta", 20, 200, ""},
                                      {"bridge", "smearing", 5, 50, ""},
                                      {"none", "back", 3, 10, ""}},
                 tallies);
  count_remedies(
      std::vector<Attempt>{{"not converged", "", 10, 100, ""}, {"none", "beta", 7, 60, ""}},
      tallies);
  CHECK(tallies.size() == 2);  // the way back from a bridge is no try
  const Tally beta = tallies.at({"not converged", "beta"});
  CHECK(beta.tries == 2);
  CHECK(beta.successes == 1);
  CHECK(beta.seconds == 27);
  CHECK(tallies.at({"not converged", "smearing"}).successes == 1);
}

TEST_CASE("what was interrupted and what never failed count nothing") {
  Tallies tallies;
  count_remedies(std::vector<Attempt>{{"none", "", 10, 100, ""}}, tallies);
  count_remedies(std::vector<Attempt>{{"killed", "", 1, 0, ""}, {"interrupted", "again", 1, 0, ""}},
                 tallies);
  count_remedies({}, tallies);
  CHECK(tallies.empty());
}
