// Seeds of molecules that the user gives.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "core/neighbor_list.hpp"
#include "generate/generate.hpp"
#include "generate/molecules.hpp"

using namespace mlip;

namespace {

core::Structure methane() {
  const double d = 1.09 / std::sqrt(3.0);
  return {{}, {6, 1, 1, 1, 1}, {{0, 0, 0}, {d, d, d}, {d, -d, -d}, {-d, d, -d}, {-d, -d, d}}};
}

core::Structure bent_water() {
  return {{}, {8, 1, 1}, {{0, 0, 0.12}, {0, 0.76, -0.47}, {0, -0.76, -0.47}}};
}

generate::Options options_of(const std::vector<core::Structure>& molecules) {
  generate::Options options;
  options.prototype = "molecule";
  options.composition = {{"C", 0.125}, {"H", 0.75}, {"O", 0.125}};
  options.rattled = 2;
  options.bond_lengths = 6;
  options.bond_angles = 4;
  for (const auto& molecule : molecules)
    options.crystals.push_back(
        generate::given_crystal(molecule.formula(), generate::roomy(molecule)));
  return options;
}

}  // namespace

TEST_CASE("a molecule has a cube to turn in, and twice the width of its electrons") {
  for (const auto& molecule : {methane(), bent_water()}) {
    const auto boxed = generate::roomy(molecule);
    double width = 0;
    for (const auto& a : boxed.positions)
      for (const auto& b : boxed.positions) width = std::max(width, (a - b).norm());
    const double edge = boxed.cell.vectors(0, 0);
    CHECK(edge >= width + 7);
    CHECK(edge >= 2 * (width + 2.8));
    CHECK(edge < 2 * (width + 2.8) + 1);
    CHECK(boxed.cell.vectors.isApprox(edge * core::Mat3::Identity()));
    CHECK(boxed.cell.all_periodic());
    CHECK(core::minimum_distance(boxed) == doctest::Approx(core::minimum_distance(molecule)));
  }
}

TEST_CASE("given molecules are pulled at each bond, rattled, and never repeated") {
  const auto options = options_of({bent_water(), methane()});
  const auto candidates = generate::generate(options);
  std::map<std::string, std::map<std::string, int>> kinds;
  std::map<std::string, double> longest;  // bond
  for (const auto& candidate : candidates) {
    const std::string formula = candidate.structure.formula();
    ++kinds[formula][candidate.config_type];
    CHECK(candidate.origin.starts_with(formula));
    CHECK(candidate.structure.size() == (formula == "CH4" ? 5 : 3));
    CHECK(generate::distances_allowed(candidate.structure, options.closest));
    if (candidate.config_type != "dissociation") continue;
    for (const auto& position : candidate.structure.positions)
      longest[formula] =
          std::max(longest[formula], (position - candidate.structure.positions[0]).norm());
  }
  CHECK(longest.at("CH4") == doctest::Approx(1.5 * 1.09));
  CHECK(longest.at("H2O") == doctest::Approx(1.5 * std::hypot(0.76, 0.59)));
  REQUIRE(kinds.size() == 2);
  for (const auto& [formula, count] : kinds)
    CHECK(count == std::map<std::string, int>{
                       {"bend", 4}, {"dissociation", 6}, {"molecule", 1}, {"rattle", 3}});
  CHECK(generate::ground_state(options, 1).formula() == "CH4");
  CHECK(generate::repeats_of(options, 1, {1, 1, 1}) == std::array{1, 1, 1});
}

TEST_CASE("each angle is closed until its ends touch, and opened, alike ones once") {
  const auto water = generate::bends(bent_water(), 6, 0.75);
  REQUIRE(water.size() == 6);
  const double bond = std::hypot(0.76, 0.59);
  for (const auto& candidate : water) {
    const auto& at = candidate.structure.positions;
    CHECK(candidate.config_type == "bend");
    CHECK((at[1] - at[0]).norm() == doctest::Approx(bond));
    CHECK((at[2] - at[0]).norm() == doctest::Approx(bond));
  }
  const auto width = [](const core::Candidate& candidate) {
    return (candidate.structure.positions[1] - candidate.structure.positions[2]).norm();
  };
  CHECK(width(water.front()) == doctest::Approx(0.62));  // two covalent radii of hydrogen
  const double rest = 2 * std::asin(0.76 / bond);
  CHECK(width(water.back()) == doctest::Approx(2 * bond * std::sin(1.3 * rest / 2)));
  CHECK(generate::bends(methane(), 4, 0.75).size() <= 4);
  // Straight: it can only close.
  const core::Structure dioxide{{}, {8, 6, 8}, {{0, 0, -1.16}, {0, 0, 0}, {0, 0, 1.16}}};
  const auto straight = generate::bends(dioxide, 4, 0.75);
  REQUIRE(straight.size() == 4);
  CHECK((straight.back().structure.positions[2] - straight.back().structure.positions[0]).norm() ==
        doctest::Approx(2.32));
  const core::Structure ring{{}, {6, 6, 6}, {{0, 0, 0}, {1.5, 0, 0}, {0.75, 1.3, 0}}};
  CHECK(generate::bends(ring, 4, 0.75).empty());
}

TEST_CASE("each two of the given molecules meet where that is asked for") {
  auto options = options_of({bent_water(), methane()});
  options.molecule_pairs = 3;
  std::map<std::string, int> pairs;
  std::set<double> widths;
  for (const auto& candidate : generate::generate(options))
    if (candidate.config_type == "molecule_pair") {
      ++pairs[candidate.structure.formula()];
      widths.insert(
          (candidate.structure.positions.back() - candidate.structure.positions.front()).norm());
    }
  CHECK(pairs.size() == 3);
  for (const auto& [formula, count] : pairs) CHECK(count == 3);
  CHECK(widths.size() == 9);
}
