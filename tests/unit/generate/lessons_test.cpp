#include "generate/lessons.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
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

TEST_CASE("some lessons are large cells, and every pair of elements is met from near to far") {
  generate::LessonOptions options;
  options.count = 600;
  std::size_t large = 0;
  std::map<std::pair<int, int>, std::vector<double>> pairs;
  for (const core::Structure& lesson : generate::lessons(seeds(), options)) {
    if (lesson.cell.all_periodic()) {
      large += lesson.size() + 1 >= std::size_t(options.large_atoms) ? 1 : 0;
      continue;
    }
    REQUIRE(lesson.size() == 2);
    pairs[{lesson.numbers[0], lesson.numbers[1]}].push_back(core::minimum_distance(lesson));
  }
  CHECK(large > 30);
  CHECK(large < 120);
  CHECK(pairs.size() == 3);
  for (const auto& [numbers, distances] : pairs) {
    CHECK(distances.size() == 12);
    CHECK(std::ranges::is_sorted(distances));
    CHECK(distances.front() < 2.0);
    CHECK(distances.back() > 5.0);
  }
}

TEST_CASE("half of the lessons may be the models, picked evenly") {
  generate::LessonOptions options;
  options.count = 40;
  const auto models = seeds();
  const auto lessons = generate::lessons(models, options);
  CHECK(lessons.size() == 40);
  for (std::size_t k = 0; k < 20; ++k)
    CHECK(lessons[k].positions == models[k * models.size() / 20].positions);
}

TEST_CASE("lessons about a molecule keep its cell and its atoms") {
  generate::Options molecule;
  molecule.composition = {{"N", 1.0}};
  molecule.prototype = "molecule";
  core::Structure alone = generate::ground_state(molecule);
  alone.cell = {};
  generate::LessonOptions options;
  options.count = 20;
  options.bulk = false;
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
