#include "generate/molecules.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/neighbor_list.hpp"
#include "generate/generate.hpp"

using namespace mlip;

namespace {

core::Structure water() {
  return {{}, {8, 1, 1}, {{0, 0, 0.12}, {0, 0.76, -0.47}, {0, -0.76, -0.47}}};
}

/// H3C-CH3.
core::Structure ethane() {
  core::Structure molecule{{}, {6, 6}, {{0, 0, -0.765}, {0, 0, 0.765}}};
  for (int end = -1; end <= 1; end += 2)
    for (int k = 0; k < 3; ++k) {
      const double angle = 2.0943951 * k + (end > 0 ? 1.0471976 : 0);
      molecule.numbers.push_back(1);
      molecule.positions.emplace_back(1.02 * std::cos(angle), 1.02 * std::sin(angle), end * 1.16);
    }
  return molecule;
}

double gap(const core::Structure& pair, std::size_t of_first) {
  double least = 1e9;
  for (std::size_t i = 0; i < of_first; ++i)
    for (std::size_t j = of_first; j < pair.size(); ++j)
      least = std::min(least, (pair.positions[j] - pair.positions[i]).norm() -
                                  core::element(pair.numbers[i]).covalent_radius -
                                  core::element(pair.numbers[j]).covalent_radius);
  return least;
}

}  // namespace

TEST_CASE("a molecule cut by its box becomes whole") {
  auto cut = water();
  cut.cell = {core::Mat3::Identity() * 10, {true, true, true}};
  for (auto& position : cut.positions)
    for (double& x : position) x -= 10 * std::floor(x / 10);
  const auto whole = generate::whole_molecule(cut, 7);
  CHECK((whole.positions[1] - whole.positions[2]).norm() == doctest::Approx(1.52));
  CHECK(generate::find_bonds(whole).size() == 2);
  CHECK(whole.cell.vectors(0, 0) >= 7 + 1.52);
}

TEST_CASE("crystals and crowds are no molecules") {
  core::Structure crystal{{core::Mat3::Identity() * 2.5, {true, true, true}}, {26}, {{0, 0, 0}}};
  CHECK_THROWS_WITH_AS(generate::whole_molecule(crystal, 7), doctest::Contains("own images"),
                       core::UserError);
  auto two = water();
  two.numbers.push_back(18);
  two.positions.emplace_back(0, 0, 9);
  CHECK_THROWS_WITH_AS(generate::whole_molecule(two, 7), doctest::Contains("3 of its 4 atoms"),
                       core::UserError);
  CHECK_THROWS_AS((void)generate::whole_molecule({}, 7), core::UserError);
}

TEST_CASE("pairs keep their molecules, and gaps grow from the nearest to the farthest") {
  const generate::MoleculePairs options{.count = 12, .seed = 3};
  const auto pairs = generate::molecule_pairs(water(), water(), options);
  REQUIRE(pairs.size() == 12);
  std::set<double> oxygens;
  for (std::size_t n = 0; n < 12; ++n) {
    const auto& pair = pairs[n].structure;
    CHECK(pairs[n].config_type == "molecule_pair");
    CHECK((pair.positions[1] - pair.positions[2]).norm() == doctest::Approx(1.52));
    CHECK((pair.positions[4] - pair.positions[5]).norm() == doctest::Approx(1.52));
    const double low = 0.5 + 3.5 * std::pow(double(n) / 12, 2),
                 high = 0.5 + 3.5 * std::pow(double(n + 1) / 12, 2);
    CHECK(gap(pair, 3) > low - 1e-6);
    CHECK(gap(pair, 3) < high + 1e-6);
    // Images are farther than the partners may be
    const core::NeighborList list(pair, 6.9);
    for (const auto& neighbor : list.of(0)) CHECK(neighbor.shift == core::IVec3::Zero());
    oxygens.insert((pair.positions[3] - pair.positions[0]).norm());
  }
  CHECK(oxygens.size() == 12);
  CHECK(generate::molecule_pairs(water(), water(), options)[5].structure.positions ==
        pairs[5].structure.positions);
}

TEST_CASE("bonds are pulled with what hangs on them, alike ones once, rings stay") {
  const auto scans = generate::dissociations(ethane(), {.steps = 10});
  CHECK(scans.rings == 0);
  CHECK(scans.candidates.size() == 20);  // C-C and one of six C-H
  const auto& last = scans.candidates[9].structure;
  CHECK((last.positions[1] - last.positions[0]).norm() == doctest::Approx(3 * 1.53));
  CHECK((last.positions[5] - last.positions[1]).norm() ==
        doctest::Approx((ethane().positions[5] - ethane().positions[1]).norm()));
  CHECK(generate::dissociations(water(), {.steps = 8}).candidates.size() == 8);
  for (const auto& candidate : scans.candidates)
    CHECK(generate::distances_allowed(candidate.structure, 0.75));

  const core::Structure ring{{}, {6, 6, 6}, {{0, 0, 0}, {1.5, 0, 0}, {0.75, 1.3, 0}}};
  const auto none = generate::dissociations(ring, {.steps = 8});
  CHECK(none.candidates.empty());
  CHECK(none.rings == 3);
}
