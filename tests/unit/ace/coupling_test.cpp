#include "ace/coupling.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace mlip;

TEST_CASE("Clebsch-Gordan coefficients have their textbook values") {
  CHECK(ace::clebsch_gordan(1, 0, 1, 0, 2, 0) == doctest::Approx(std::sqrt(2.0 / 3)));
  CHECK(ace::clebsch_gordan(1, 1, 1, -1, 1, 0) == doctest::Approx(std::sqrt(0.5)));
  CHECK(ace::clebsch_gordan(2, 1, 2, -1, 0, 0) == doctest::Approx(-1 / std::sqrt(5.0)));
  CHECK(ace::clebsch_gordan(2, 2, 1, -1, 2, 1) == doctest::Approx(std::sqrt(1.0 / 3)));
  CHECK(ace::clebsch_gordan(1, 0, 1, 0, 1, 0) == 0);
  CHECK(ace::clebsch_gordan(1, 0, 1, 0, 3, 0) == 0);
  CHECK(ace::clebsch_gordan(1, 1, 1, 1, 1, 2) == 0);
}

TEST_CASE("Clebsch-Gordan coefficients are orthonormal") {
  for (int j1 = 0; j1 <= 6; ++j1)
    for (int j2 = 0; j2 <= 4; ++j2)
      for (int M = -1; M <= 1; ++M)
        for (int J = std::abs(j1 - j2); J <= j1 + j2; ++J)
          for (int K = std::abs(j1 - j2); K <= j1 + j2; ++K) {
            double sum = 0;
            for (int m = -j1; m <= j1; ++m)
              sum += ace::clebsch_gordan(j1, m, j2, M - m, J, M) *
                     ace::clebsch_gordan(j1, m, j2, M - m, K, M);
            const bool same = J == K && std::abs(M) <= J;
            CHECK(std::abs(sum - (same ? 1 : 0)) < 1e-13);
          }
}

TEST_CASE("the coupling tree pairs leaves, then intermediates, an odd leaf last") {
  const auto nodes = [](int rank) {
    std::vector<int> flat;
    for (const ace::Joint& joint : ace::coupling_tree(rank))
      flat.insert(flat.end(), {joint.left, joint.right, joint.result});
    return flat;
  };
  CHECK(nodes(1).empty());
  CHECK(nodes(2) == std::vector{0, 1, 2});
  CHECK(nodes(3) == std::vector{0, 1, 3, 3, 2, 4});
  CHECK(nodes(4) == std::vector{0, 1, 4, 2, 3, 5, 4, 5, 6});
  CHECK(nodes(5) == std::vector{0, 1, 5, 2, 3, 6, 5, 6, 7, 7, 4, 8});
  CHECK(nodes(6) == std::vector{0, 1, 6, 2, 3, 7, 4, 5, 8, 6, 7, 9, 8, 9, 10});
}

TEST_CASE("couplings sum to one in square and to zero in m") {
  const std::vector<std::pair<std::vector<int>, std::vector<int>>> groups = {
      {{2, 2}, {}}, {{1, 2, 3}, {3}}, {{2, 2, 2, 2}, {2, 2}}, {{1, 1, 1, 2, 1}, {2, 1, 1}}};
  for (const auto& [ls, LS] : groups) {
    double squares = 0;
    for (const ace::Coupling& coupling : ace::couplings(ls, LS)) {
      int sum = 0, leading = 0;
      for (int m : coupling.m) {
        sum += m;
        if (leading == 0) leading = m;
      }
      CHECK(sum == 0);
      CHECK(leading >= 0);
      squares += coupling.value * coupling.value / (leading == 0 ? 1 : 2);
    }
    CHECK(squares == doctest::Approx(1).epsilon(1e-13));
  }
  CHECK(ace::couplings({0}, {}).size() == 1);
  CHECK(ace::couplings({1}, {}).empty());
}

TEST_CASE("what couples to zero") {
  CHECK(ace::couples({0}, {}));
  CHECK(ace::couples({2, 2}, {}));
  CHECK_FALSE(ace::couples({1, 2}, {}));
  CHECK_FALSE(ace::couples({1, 1, 1}, {1}));
  CHECK_FALSE(ace::couples({1, 1, 2}, {}));
  CHECK_FALSE(ace::couples({}, {}));
  CHECK(ace::allowed_LS({1, 1, 1, 1}) == std::vector<std::vector<int>>{{0, 0}, {1, 1}, {2, 2}});
  CHECK(ace::allowed_LS({1, 2}).empty());
}

TEST_CASE("equal factors leave fewer independent couplings") {
  CHECK(ace::independent_LS({0, 1, 2, 3}, {1, 1, 1, 1}).size() == 3);
  CHECK(ace::independent_LS({0, 0, 0, 0}, {1, 1, 1, 1}).size() == 1);
  CHECK(ace::independent_LS({0, 0, 0, 0}, {2, 2, 2, 2}).size() == 1);
  CHECK(ace::independent_LS({0, 0, 1, 1}, {1, 1, 1, 1}).size() == 2);
  CHECK(ace::independent_LS({0, 0, 0}, {1, 1, 1}).empty());
}
