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
    CHECK(count == std::map<std::string, int>{{"dissociation", 6}, {"molecule", 1}, {"rattle", 3}});
  CHECK(generate::ground_state(options, 1).formula() == "CH4");
  CHECK(generate::repeats_of(options, 1, {1, 1, 1}) == std::array{1, 1, 1});
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
