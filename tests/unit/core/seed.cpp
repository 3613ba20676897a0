#include "core/seed.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

using namespace mlip::core;

TEST_CASE("the text hash is FNV-1a") {
  CHECK(hash_text("") == 0xcbf29ce484222325ULL);
  CHECK(hash_text("a") == 0xaf63dc4c8601ec8cULL);
  CHECK(hash_text("foobar") == 0x85944171f73967e8ULL);
}

TEST_CASE("root seed, stage and item each make another stream, the same ones the same") {
  std::set<std::uint64_t> seen;
  for (std::uint64_t root = 0; root < 20; ++root)
    for (const char* stage : {"generate", "explore", "select"})
      for (std::uint64_t item = 0; item < 20; ++item)
        seen.insert(random_engine(root, stage, item)());
  CHECK(seen.size() == 20 * 3 * 20);
  CHECK(random_engine(5, "fit", 2)() == random_engine(5, "fit", 2)());
}

TEST_CASE("uniform and normal numbers have their moments") {
  auto engine = random_engine(1, "moments");
  const int n = 200000;
  double mean = 0, square = 0, normal_mean = 0, variance = 0, fourth = 0;
  for (int i = 0; i < n; ++i) {
    const double u = uniform(engine);
    REQUIRE((u >= 0 && u < 1));
    const double g = normal(engine);
    mean += u / n;
    square += u * u / n;
    normal_mean += g / n;
    variance += g * g / n;
    fourth += g * g * g * g / n;
  }
  CHECK(mean == doctest::Approx(0.5).epsilon(0.01));
  CHECK(square == doctest::Approx(1.0 / 3).epsilon(0.01));
  CHECK(std::abs(normal_mean) < 0.01);
  CHECK(variance == doctest::Approx(1).epsilon(0.02));
  CHECK(fourth == doctest::Approx(3).epsilon(0.05));
}
