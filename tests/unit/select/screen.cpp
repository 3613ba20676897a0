#include "select/screen.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "core/seed.hpp"

using namespace mlip;
using select::Verdict;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// A cubic cell of two atoms, `edge` Å, the second in its middle.
core::Structure cell(double edge, std::vector<int> numbers = {13, 13}) {
  core::Structure structure;
  structure.cell.vectors = edge * core::Mat3::Identity();
  structure.cell.periodic = {true, true, true};
  structure.numbers = std::move(numbers);
  structure.positions = {{0, 0, 0}, core::Vec3::Constant(edge / 2)};
  return structure;
}

void add(select::Screen& screen, const core::Structure& structure, double energy_per_atom,
         double force) {
  const std::vector<core::Vec3> forces(structure.size(), core::Vec3(0, force, 0));
  screen.add(structure, energy_per_atom * double(structure.size()), forces);
}

/// `count` of aluminium at −3.5 … −3.3 eV/atom, forces up to 2 eV/Å.
select::Screen bulk(int count) {
  select::Screen screen;
  auto engine = core::random_engine(1, "screen");
  for (int k = 0; k < count; ++k)
    add(screen, cell(3.2 + 0.1 * core::uniform(engine)), -3.5 + 0.2 * core::uniform(engine),
        2 * core::uniform(engine));
  return screen;
}

std::size_t kept(const select::Screening& screening) {
  return std::size_t(std::ranges::count(screening.verdicts, Verdict::kept));
}

}  // namespace

TEST_CASE("a bulk without outliers is kept whole") {
  const auto screening = bulk(200).decide();
  CHECK(kept(screening) == 200);
}

TEST_CASE("each kind of nonsense has its verdict and its reason") {
  auto screen = bulk(100);
  core::Structure overlapping = cell(3.25);
  overlapping.positions[1] = {1, 0, 0};
  add(screen, overlapping, -3.4, 1);         // 100
  add(screen, cell(9), -3.4, 0);             // 101
  add(screen, cell(3.25), -3.4, 30);         // 102
  add(screen, cell(3.25), 0.7, 1);           // 103
  add(screen, cell(3.25), -40, 1);           // 104
  add(screen, cell(3.25), not_a_number, 1);  // 105
  add(screen, cell(3.25), -3, INFINITY);     // 106
  screen.add_unanswered();                   // 107
  add(screen, {}, 0, 0);                     // 108
  const auto screening = screen.decide();
  CHECK(kept(screening) == 100);
  const auto verdict = [&](std::size_t k) { return screening.verdicts[k]; };
  CHECK(verdict(100) == Verdict::overlap);
  CHECK(verdict(101) == Verdict::apart);
  CHECK(verdict(102) == Verdict::force);
  CHECK(verdict(103) == Verdict::too_high);
  CHECK(verdict(104) == Verdict::too_low);
  for (std::size_t k = 105; k < 109; ++k) CHECK(verdict(k) == Verdict::no_answer);
  CHECK(screen.reason(screening, 0).empty());
  CHECK(screen.reason(screening, 100).starts_with("atoms overlap: 0.413 × the sum of"));
  CHECK(screen.reason(screening, 101).starts_with("blown apart: an atom is at least 2.5 ×"));
  CHECK(screen.reason(screening, 102).starts_with("a force of 30 eV/Å, more than"));
  CHECK(screen.reason(screening, 103).starts_with("4.2 eV/atom over the convex hull, more than"));
  CHECK(screen.reason(screening, 104) ==
        "a hole of the model: -40 eV/atom lies far below all others");
}

TEST_CASE("what the user sets takes the place of the distribution") {
  auto screen = bulk(100);
  add(screen, cell(3.25), -3.4, 30);
  CHECK(kept(screen.decide({{}, {}, 31, {}})) == 101);
  CHECK(kept(screen.decide({{}, {}, 1, {}})) < 70);
  CHECK(kept(screen.decide({{}, {}, {}, 0.05})) < 40);
  CHECK(kept(screen.decide({1.3, {}, {}, {}})) == 0);
}

TEST_CASE("a tail without a gap belongs to the bulk, up to ten ranges") {
  std::vector<double> values(100, 0);
  for (int k = 0; k < 100; ++k) values[std::size_t(k)] = k / 100.0;  // quartiles 0.25, 0.74
  const double range = 0.49;
  CHECK(select::end_of_bulk(values, 0.1) == doctest::Approx(0.74 + 3 * range));
  for (double value = 1; value < 4; value += 0.4) values.push_back(value);
  CHECK(select::end_of_bulk(values, 0.1) > 3.7);
  CHECK(select::end_of_bulk(values, 0.1) < 4.2);
  values.push_back(9);
  CHECK(select::end_of_bulk(values, 0.1) < 9);
  CHECK(select::end_of_bulk({1, 2, 3}, 0.1) == std::numeric_limits<double>::infinity());
}

TEST_CASE("differences that are never nonsense are kept where the bulk is all alike") {
  select::Screen screen;
  for (int k = 0; k < 50; ++k) add(screen, cell(3.25), -3.5, 0);
  add(screen, cell(3.25), -3.25, 2.5);
  add(screen, cell(3.35), -4.5, 0);
  CHECK(kept(screen.decide()) == 52);
  add(screen, cell(3.25), -3.5, 8);
  CHECK(kept(screen.decide()) == 52);
}

TEST_CASE("few candidates have no distribution: only overlaps are nonsense") {
  auto screen = bulk(int(select::Screen::fewest) - 3);
  add(screen, cell(3.25), 50, 500);
  core::Structure overlapping = cell(3.25);
  overlapping.positions[1] = {0.5, 0, 0};
  add(screen, overlapping, -3.4, 1);
  const auto screening = screen.decide();
  CHECK(kept(screening) == screen.size() - 1);
  CHECK(screening.verdicts.back() == Verdict::overlap);
}

TEST_CASE("energies are compared over the convex hull of compositions") {
  select::Screen screen;
  for (int k = 0; k < 20; ++k) {
    add(screen, cell(3.25, {13, 13}), -3.5 + 0.01 * k, 0);
    add(screen, cell(3.25, {28, 28}), -5.5 + 0.01 * k, 0);
    add(screen, cell(3.25, {13, 28}), -5.0 + 0.01 * k, 0);  // 0.5 below the line of the elements
  }
  core::Structure rich = core::repeat(cell(3.25, {13, 28}), {2, 1, 1});
  rich.numbers = {13, 13, 13, 28};
  add(screen, rich, -4.0, 0);  // on the line from Al to AlNi it were −4.25
  const auto screening = screen.decide();
  CHECK(screening.heights[0] == doctest::Approx(0));
  CHECK(screening.heights[5] == doctest::Approx(0.01));
  CHECK(screening.heights.back() == doctest::Approx(0.25));
}

TEST_CASE("clusters are judged apart from crystals") {
  auto screen = bulk(50);
  core::Structure pair;
  pair.numbers = {13, 13};
  pair.positions = {{0, 0, 0}, {2.5, 0, 0}};
  for (int k = 0; k < 20; ++k) add(screen, pair, -1.0, 0);
  core::Structure lone;
  lone.numbers = {13};
  lone.positions = {{0, 0, 0}};
  add(screen, lone, -0.9, 0);
  CHECK(kept(screen.decide()) == 71);
}
