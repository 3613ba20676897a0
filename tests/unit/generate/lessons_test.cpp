#include "generate/lessons.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "generate/generate.hpp"

using namespace mlip;

namespace {

std::vector<core::Structure> seeds() {
  generate::Options options;
  options.composition = {{"Fe", 0.5}, {"Ni", 0.5}};
  std::vector<core::Structure> structures;
  for (const auto& candidate : generate::generate(options))
    structures.push_back(candidate.structure);
  return structures;
}

}  // namespace

TEST_CASE("lessons are the seeds, then variations whose atoms keep apart, the same by seed") {
  const auto models = seeds();
  generate::LessonOptions options;
  options.count = 300;
  const auto lessons = generate::lessons(models, options);
  REQUIRE(lessons.size() > 290);
  CHECK(lessons.size() <= 300);
  for (std::size_t k = 0; k < models.size(); ++k)
    CHECK(lessons[k].positions == models[k].positions);
  std::set<double> shares;
  for (const core::Structure& lesson : lessons) {
    CHECK(generate::distances_allowed(lesson, options.closest));
    shares.insert(double(std::ranges::count(lesson.numbers, 26)) / double(lesson.size()));
  }
  CHECK(shares.size() > 10);
  CHECK(*shares.begin() < 0.2);
  CHECK(*shares.rbegin() > 0.8);
  const auto again = generate::lessons(models, options);
  REQUIRE(again.size() == lessons.size());
  CHECK(again.back().positions == lessons.back().positions);
  options.seed = 2;
  CHECK(generate::lessons(models, options).back().positions != lessons.back().positions);
}

TEST_CASE("lessons about a molecule keep its cell and its atoms") {
  generate::Options molecule;
  molecule.composition = {{"N", 1.0}};
  molecule.prototype = "molecule";
  core::Structure alone = generate::ground_state(molecule);
  alone.cell = {};
  generate::LessonOptions options;
  options.count = 20;
  options.random_share = 0;
  const auto lessons = generate::lessons({&alone, 1}, options);
  CHECK(lessons.size() == 20);
  for (const core::Structure& lesson : lessons) {
    CHECK(lesson.size() == 2);
    CHECK(lesson.cell == alone.cell);
  }
}

TEST_CASE("no more lessons than asked for, though there are more seeds") {
  generate::LessonOptions options;
  options.count = 5;
  CHECK(generate::lessons(seeds(), options).size() == 5);
}
