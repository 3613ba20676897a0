#include <doctest/doctest.h>

#include <Eigen/Geometry>
#include <Eigen/LU>
#include <cmath>
#include <map>

#include "core/error.hpp"
#include "core/neighbor_list.hpp"
#include "generate/grain_boundaries.hpp"
#include "generate/prototype.hpp"
#include "generate/stacking_faults.hpp"
#include "generate/surfaces.hpp"
#include "potential/lennard_jones.hpp"

using namespace mlip;
using generate::Miller;

namespace {

generate::Symmetry symmetry_of(const char* prototype, double a, const std::vector<int>& species,
                               double c_over_a = 1) {
  return generate::find_symmetry(
      generate::build(generate::conventional_cell(prototype, c_over_a), a, species));
}

/// Neighbours nearer than `radius`, and how many atoms have so many.
std::map<int, int> coordination(const core::Structure& structure, double radius) {
  const core::NeighborList list(structure, radius);
  std::map<int, int> counts;
  for (std::size_t i = 0; i < structure.size(); ++i) ++counts[int(list.of(i).size())];
  return counts;
}

}  // namespace

TEST_CASE("low-index planes that symmetry does not make the same") {
  const auto texts = [](const generate::Symmetry& symmetry, int largest) {
    std::string all;
    for (const Miller& plane : generate::inequivalent_planes(symmetry, largest))
      all += generate::miller_text(plane);
    return all;
  };
  CHECK(texts(symmetry_of("fcc", 3.6, {29}), 1) == "(1 0 0)(1 1 0)(1 1 1)");
  CHECK(texts(symmetry_of("fcc", 3.6, {29}), 2) == "(1 0 0)(1 1 0)(1 1 1)(2 1 0)(2 1 1)(2 2 1)");
  CHECK(texts(symmetry_of("hcp", 2.95, {22}, 1.59), 1) == "(1 0 0)(0 0 1)(1 1 0)(1 0 1)(1 1 1)");
  CHECK(texts(symmetry_of("l10", 3.6, {26, 28}), 1).size() == 5 * 7);
}

TEST_CASE("a cell along a plane is the crystal, its height the spacing of the planes") {
  for (const auto& [plane, spacing] :
       std::map<std::array<int, 3>, double>{{{1, 1, 1}, 3.6 / std::sqrt(3)},
                                            {{1, 0, 0}, 1.8},
                                            {{1, 1, 0}, 3.6 / std::sqrt(8)},
                                            {{2, 1, 0}, 3.6 / std::sqrt(20)}}) {
    const auto unit = generate::plane_cell(symmetry_of("fcc", 3.6, {29}), Miller(plane.data()));
    CHECK(unit.spacing == doctest::Approx(spacing));
    CHECK(unit.area * unit.spacing == doctest::Approx(std::pow(3.6, 3) / 4));
    const auto stack = unit.stacked(5);
    CHECK(coordination(stack, 2.6) == std::map<int, int>{{12, 5}});
    CHECK((unit.turned * unit.turned.transpose() - core::Mat3::Identity()).norm() < 1e-12);
  }
}

TEST_CASE("surfaces break the bonds that the textbook counts") {
  const auto made = generate::make_surfaces(symmetry_of("fcc", 3.6, {29}), {});
  REQUIRE(made.candidates.size() == 3);
  const std::vector<std::map<int, int>> broken = {
      {{8, 2}, {12, 4}}, {{7, 2}, {11, 2}, {12, 4}}, {{9, 2}, {12, 3}}};
  for (std::size_t n = 0; n < 3; ++n) {
    CHECK(coordination(made.candidates[n].structure, 2.6) == broken[n]);
    CHECK(generate::sides_alike(made.candidates[n].structure));
    CHECK(made.candidates[n].config_type == "surface");
  }
}

TEST_CASE("of close-packed crystals the dense surfaces cost least") {
  const potential::LennardJones calculator({{18, {0.0104, 3.4}}}, 8.5);
  const auto symmetry = symmetry_of("fcc", 5.26, {18});
  const double bulk = calculator.evaluate(symmetry.primitive).energy;
  std::map<std::string, double> energy;
  for (const auto& slab : generate::make_surfaces(symmetry, {}).candidates) {
    const auto& vectors = slab.structure.cell.vectors;
    const double area = core::Vec3(vectors.row(0)).cross(core::Vec3(vectors.row(1))).norm();
    energy[slab.origin.substr(0, 7)] =
        (calculator.evaluate(slab.structure).energy - bulk * double(slab.structure.size())) /
        (2 * area);
  }
  CHECK(energy.at("(1 1 1)") < energy.at("(1 0 0)"));
  CHECK(energy.at("(1 0 0)") < energy.at("(1 1 0)"));
  CHECK(energy.at("(1 1 1)") > 0);
}

TEST_CASE("terminations: all of them, each once, symmetric where planes more or less make it so") {
  const auto salt = symmetry_of("rocksalt", 5.64, {11, 17});
  generate::SurfaceOptions options;
  options.planes = {{1, 1, 1}};
  const auto polar = generate::make_surfaces(salt, options).candidates;
  REQUIRE(polar.size() == 2);  // all sodium or all chlorine
  for (const auto& slab : polar) {
    CHECK(generate::sides_alike(slab.structure));
    CHECK(slab.origin.find("not stoichiometric") != std::string::npos);
  }
  options.planes = {{1, 0, 0}};
  const auto neutral = generate::make_surfaces(salt, options).candidates;
  REQUIRE(neutral.size() == 1);
  CHECK(neutral[0].origin.find("stoichiometric") == std::string::npos);
  options.planes = {{1, 1, 1}};
  CHECK(
      generate::make_surfaces(symmetry_of("diamond", 5.43, {14, 14}), options).candidates.size() ==
      2);
  options.planes = {{0, 0, 1}};
  CHECK(generate::make_surfaces(symmetry_of("hcp", 2.95, {22}, 1.59), options).candidates.size() ==
        1);
  options.max_atoms = 3;
  CHECK(generate::make_surfaces(salt, options).left_out.size() == 1);
}

TEST_CASE("the intrinsic fault of fcc keeps twelve neighbours, on its way atoms are too near") {
  const auto faults = generate::make_stacking_faults(symmetry_of("fcc", 3.6, {29}), {});
  REQUIRE(faults.size() == 9);
  const double nearest = 3.6 / std::sqrt(2);
  CHECK(coordination(faults.front().structure, 2.6) == std::map<int, int>{{12, 8}});
  CHECK(coordination(faults.back().structure, 2.6) == std::map<int, int>{{12, 8}});
  CHECK(core::minimum_distance(faults.back().structure) == doctest::Approx(nearest));
  CHECK(core::minimum_distance(faults[4].structure) < nearest - 0.05);
  // Second neighbours: two atoms at each side of the fault have one at the distance of hcp's
  // c = √(8/3) a, which fcc has not
  const auto at_hcp = [&](const core::Structure& structure) {
    const core::NeighborList list(structure, nearest * 1.65);
    int count = 0;
    for (std::size_t i = 0; i < structure.size(); ++i)
      for (const auto& neighbor : list.of(i)) count += neighbor.distance > nearest * 1.6;
    return count;
  };
  CHECK(at_hcp(faults.front().structure) == 0);
  CHECK(at_hcp(faults.back().structure) == 4);
}

TEST_CASE("faults of bcc come back to the crystal at the end of the path, hcp's do not") {
  const auto bcc = generate::make_stacking_faults(symmetry_of("bcc", 2.87, {26}), {});
  REQUIRE(bcc.size() == 18);
  const auto perfect = coordination(bcc[0].structure, 3.0);
  CHECK(coordination(bcc[8].structure, 3.0) == perfect);
  CHECK(coordination(bcc[17].structure, 3.0).size() == 1);
  CHECK(coordination(bcc[4].structure, 3.0).size() > 1);
  const auto hcp = generate::make_stacking_faults(symmetry_of("hcp", 2.95, {22}, 1.633), {});
  REQUIRE(hcp.size() == 18);
  CHECK(coordination(hcp[8].structure, 3.0).begin()->first == 12);
  CHECK(generate::find_symmetry(hcp[8].structure).space_group != "P6_3/mmc");
  CHECK(generate::find_symmetry(hcp[17].structure).space_group == "P6_3/mmc");
}

TEST_CASE("slips that leave the plane, and crystals that have no usual one, are refused") {
  generate::StackingFaultOptions options;
  const auto salt = symmetry_of("rocksalt", 5.64, {11, 17});
  CHECK_THROWS_AS((void)generate::make_stacking_faults(salt, options), core::UserError);
  options.slip = {{1, 1, 0}, core::Vec3(0.5, 0.5, 0)};
  CHECK_THROWS_WITH_AS((void)generate::make_stacking_faults(salt, options),
                       "the shift [0.5 0.5 0] leaves the plane (1 1 0)", core::UserError);
  options.slip = {{1, 1, 0}, core::Vec3(0.5, -0.5, 0)};
  CHECK(generate::make_stacking_faults(salt, options).size() == 9);
}

TEST_CASE("grain boundaries: the coherent twin keeps all neighbours, Σ5 does not") {
  const auto fcc = symmetry_of("fcc", 3.6, {29});
  generate::GrainBoundaryOptions options;
  const auto made = generate::make_grain_boundaries(fcc, options);
  REQUIRE(made.candidates.size() == 4);  // (1 1 1), (2 1 1), (2 1 0), (3 1 0)
  const auto& twin = made.candidates[0];
  CHECK(twin.origin.find("Σ3 (1 1 1)") != std::string::npos);
  CHECK(coordination(twin.structure, 2.6) == std::map<int, int>{{12, int(twin.structure.size())}});
  for (const auto& boundary : made.candidates) {
    CHECK(core::minimum_distance(boundary.structure) > 0.7 * 3.6 / std::sqrt(2));
    const double volume = boundary.structure.cell.volume() / double(boundary.structure.size());
    CHECK(volume == doctest::Approx(std::pow(3.6, 3) / 4).epsilon(0.1));
  }
  CHECK(coordination(made.candidates[2].structure, 2.6).size() > 1);
  options.planes = {{1, 1, 1}};
  const auto silicon =
      generate::make_grain_boundaries(symmetry_of("diamond", 5.43, {14, 14}), options);
  CHECK(coordination(silicon.candidates.at(0).structure, 2.4) ==
        std::map<int, int>{{4, int(silicon.candidates[0].structure.size())}});
  options.shifts = 2;
  options.planes = {{2, 1, 0}};
  CHECK(generate::make_grain_boundaries(fcc, options).candidates.size() == 4);
}

TEST_CASE("a compound's grain boundaries keep its composition, or tell that they do not") {
  const auto salt = symmetry_of("rocksalt", 5.64, {11, 17});
  generate::GrainBoundaryOptions options;
  options.shifts = 3;
  const auto made = generate::make_grain_boundaries(salt, options).candidates;
  REQUIRE(made.size() == 4 * 9);
  int off = 0;
  for (const auto& boundary : made) {
    const auto sodium = 2 * std::ranges::count(boundary.structure.numbers, 11);
    const bool told = boundary.origin.ends_with(", not stoichiometric");
    CAPTURE(boundary.origin);
    CHECK(told == (sodium != std::ptrdiff_t(boundary.structure.size())));
    off += told ? 1 : 0;
  }
  CHECK(off <= 2);
}

TEST_CASE("slabs of a crystal that is known roughly are judged as roughly") {
  auto cell = generate::build(generate::conventional_cell("rocksalt", 1), 5.64, {11, 17});
  cell.positions[1][0] += 0.03;
  cell.positions[6][2] -= 0.02;
  generate::SurfaceOptions options;
  options.planes = {{1, 0, 0}};
  const auto made = generate::make_surfaces(generate::find_symmetry(cell, 0.1), options).candidates;
  REQUIRE(made.size() == 1);
  CHECK(made[0].origin.find("sides differ") == std::string::npos);
  CHECK_FALSE(generate::sides_alike(made[0].structure, 1e-4));
}

TEST_CASE("the share of common sites is the textbook's") {
  const std::map<int, std::vector<Miller>> known = {{3, {{1, 1, 1}, {2, 1, 1}}},
                                                    {5, {{2, 1, 0}, {3, 1, 0}}},
                                                    {9, {{2, 2, 1}, {4, 1, 1}}},
                                                    {11, {{3, 1, 1}, {3, 3, 2}}},
                                                    {1, {{1, 0, 0}, {1, 1, 0}}}};
  for (const auto& [sigma, planes] : known)
    for (const Miller& plane : planes) CHECK(generate::sigma_of(plane) == sigma);
  generate::GrainBoundaryOptions options;
  options.planes = {{1, 1, 0}};
  CHECK_THROWS_AS((void)generate::make_grain_boundaries(symmetry_of("fcc", 3.6, {29}), options),
                  core::UserError);
  options.planes.clear();
  CHECK_THROWS_AS((void)generate::make_grain_boundaries(symmetry_of("l10", 3.6, {26, 28}), options),
                  core::UserError);
}
