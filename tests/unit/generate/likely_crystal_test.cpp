#include "generate/likely_crystal.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "core/error.hpp"
#include "core/neighbor_list.hpp"
#include "generate/symmetry.hpp"
#include "potential/lennard_jones.hpp"

using namespace mlip;

namespace {

/// A metal whose pairs like one distance, 2.5 Å.
const potential::LennardJones closely({{50, {0.4, 2.3}}}, 7.0);

/// A compound whose second element would rather be molecules of its own.
const potential::LennardJones gassy({{50, {0.2, 2.8}}, {8, {2.0, 1.1}}}, 6.0);

class Speechless final : public potential::Calculator {
 public:
  [[nodiscard]] double cutoff() const override { return 5; }
  [[nodiscard]] potential::Evaluation evaluate(const core::Structure&,
                                               const potential::Request&) const override {
    throw core::UserError(core::ExitCode::failed, "no answer", "ask another");
  }
};

}  // namespace

TEST_CASE("tables tell the crystal of simple elements and of metals among one another") {
  CHECK(generate::crystal_is_known({{13, 1}}));
  CHECK(generate::crystal_is_known({{26, 0.3}, {28, 0.7}}));
  CHECK(generate::crystal_is_known({{14, 0.8}, {32, 0.2}}));  // silicon and germanium: diamond
  CHECK_FALSE(generate::crystal_is_known({{16, 1}}));
  CHECK_FALSE(generate::crystal_is_known({{1, 0.5}, {8, 0.5}}));
  CHECK_FALSE(generate::crystal_is_known({{31, 0.5}, {33, 0.5}}));
}

TEST_CASE("a formula unit is the fewest atoms of a composition") {
  CHECK(generate::formula_atoms({{16, 1}}, 12) == 1);
  CHECK(generate::formula_atoms({{8, 0.67}, {22, 0.33}}, 12) == 3);
  CHECK(generate::formula_atoms({{8, 0.6}, {22, 0.2}, {56, 0.2}}, 12) == 5);
  CHECK_FALSE(generate::formula_atoms({{26, 0.96}, {6, 0.04}}, 12));
}

TEST_CASE("of crystals with nearly one energy the most symmetrical, the same on any threads") {
  const auto one = generate::likely_crystal({{50, 1}}, closely, {.random_cells = 6});
  REQUIRE(one);
  CHECK(one->name == "fcc");  // hcp is a little lower, and less symmetrical
  CHECK(one->prototype);
  CHECK(one->tried > 6);
  CHECK(generate::find_symmetry(one->cell).space_group == "Fm-3m");
  const auto evaluation = closely.evaluate(one->cell);
  CHECK(evaluation.virial.cwiseAbs().maxCoeff() < 3e-4 * one->cell.cell.volume());
  CHECK(one->energy == doctest::Approx(evaluation.energy / 4));
  const auto two = generate::likely_crystal({{50, 1}}, closely, {.random_cells = 6, .threads = 3});
  REQUIRE(two);
  CHECK(two->cell.cell.vectors == one->cell.cell.vectors);
}

TEST_CASE("a crystal that gave off its gas, or no answer of the model, is none") {
  const auto kept = generate::likely_crystal({{50, 0.5}, {8, 0.5}}, gassy, {.random_cells = 6});
  if (kept)
    for (std::size_t i = 0; i < kept->cell.size(); ++i)
      for (const auto& neighbor : core::NeighborList(kept->cell, 1.6).of(i))
        CHECK((kept->cell.numbers[i] != 8 || kept->cell.numbers[neighbor.index] != 8));
  CHECK_FALSE(generate::likely_crystal({{50, 1}}, Speechless(), {.random_cells = 2}));
}

TEST_CASE("crystals of molecules and of large formula units are not looked for") {
  CHECK_FALSE(generate::can_find_crystal({{1, 2.0 / 3}, {8, 1.0 / 3}}));
  CHECK_FALSE(generate::can_find_crystal({{2, 1}}));
  CHECK_FALSE(generate::can_find_crystal({{26, 0.96}, {6, 0.04}}));
  CHECK_FALSE(generate::can_find_crystal({{13, 0.9}, {14, 0.1}}));  // dissolved
  CHECK(generate::can_find_crystal({{8, 0.6}, {13, 0.4}}));
  CHECK_FALSE(generate::likely_crystal({{2, 1}}, Speechless(), {}));
}
