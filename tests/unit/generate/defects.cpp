#include "generate/defects.hpp"

#include <doctest/doctest.h>

#include <map>

#include "core/error.hpp"
#include "core/neighbor_list.hpp"
#include "generate/generate.hpp"
#include "generate/interstitial_sites.hpp"
#include "generate/prototype.hpp"
#include "generate/roomy_cell.hpp"
#include "generate/voronoi_cell.hpp"

using namespace mlip;

namespace {

core::Structure crystal(const char* prototype, double constant, std::vector<int> species,
                        double c_over_a = 1) {
  species.resize(2, species.front());
  return generate::build(generate::conventional_cell(prototype, c_over_a), constant, species);
}

core::Structure aluminium() {
  return crystal("fcc", 4.05, {13});
}
core::Structure iron() {
  return crystal("bcc", 2.87, {26});
}
core::Structure titanium() {
  return crystal("hcp", 2.95, {22}, 1.587);
}
core::Structure silicon() {
  return crystal("diamond", 5.43, {14});
}
core::Structure iron_nickel() {
  return crystal("l10", 3.57, {26, 28}, 1.007);
}
core::Structure salt() {
  return crystal("rocksalt", 5.64, {11, 17});
}

/// How many of each config_type.
std::map<std::string, int> counts(const generate::Defects& defects) {
  std::map<std::string, int> found;
  for (const auto& candidate : defects.candidates) ++found[candidate.config_type];
  return found;
}

}  // namespace

TEST_CASE("space groups, primitive cells and orbits of known crystals") {
  struct Known {
    core::Structure crystal;
    const char* group;
    std::size_t atoms, operations;
  };
  for (const Known& known :
       {Known{aluminium(), "Fm-3m", 1, 48}, Known{iron(), "Im-3m", 1, 48},
        Known{titanium(), "P6_3/mmc", 2, 24}, Known{silicon(), "Fd-3m", 2, 48},
        Known{iron_nickel(), "P4/mmm", 2, 16}, Known{salt(), "Fm-3m", 2, 48}}) {
    const auto symmetry = generate::find_symmetry(known.crystal);
    CHECK(symmetry.space_group == known.group);
    CHECK(symmetry.primitive.size() == known.atoms);
    CHECK(symmetry.operations.size() == known.operations);
    CHECK(core::minimum_distance(symmetry.primitive) ==
          doctest::Approx(core::minimum_distance(known.crystal)));
  }
  CHECK_THROWS_AS((void)generate::find_symmetry(core::Structure{{}, {13}, {{0, 0, 0}}}),
                  core::UserError);
  auto twice = aluminium();
  twice.numbers.push_back(13);
  twice.positions.push_back(twice.positions.front());
  CHECK_THROWS_WITH_AS((void)generate::find_symmetry(twice), doctest::Contains("on one another"),
                       core::UserError);
}

TEST_CASE("Voronoi cells have the corners of the textbook") {
  // Rhombic dodecahedron, truncated octahedron, cube
  const auto fcc = generate::voronoi_cell(aluminium(), 0), bcc = generate::voronoi_cell(iron(), 0);
  const auto distinct = [](const std::vector<core::Vec3>& corners) {
    std::vector<core::Vec3> seen;
    for (const auto& corner : corners)
      if (std::ranges::none_of(seen, [&](const auto& s) { return (s - corner).norm() < 1e-3; }))
        seen.push_back(corner);
    return seen.size();
  };
  CHECK(distinct(fcc.corners) == 14);
  CHECK(fcc.midpoints.size() == 12);
  CHECK(distinct(bcc.corners) == 24);
  CHECK(bcc.midpoints.size() == 14);
  const auto rocksalt = generate::voronoi_cell(salt(), 3);
  CHECK(distinct(rocksalt.corners) == 8);
  CHECK(rocksalt.midpoints.size() == 6);
  for (const auto& corner : bcc.corners)
    CHECK(corner.norm() == doctest::Approx(std::sqrt(5.0) / 4 * 2.87));
}

TEST_CASE("interstitial sites are where pymatgen and the textbook have them") {
  using Site = std::pair<std::string, int>;
  const auto sites = [](const core::Structure& of) {
    std::vector<Site> found;
    for (const auto& site : generate::interstitial_sites(generate::find_symmetry(of)))
      found.emplace_back(site.kind, site.count);
    return found;
  };
  CHECK(sites(aluminium()) == std::vector<Site>{{"octahedral", 1}, {"tetrahedral", 2}});
  CHECK(sites(iron()) == std::vector<Site>{{"tetrahedral", 6}, {"octahedral", 3}});
  CHECK(sites(titanium()) == std::vector<Site>{{"octahedral", 2}, {"tetrahedral", 4}});
  CHECK(sites(silicon()) == std::vector<Site>{{"tetrahedral", 2}, {"6-fold", 4}});
  CHECK(sites(iron_nickel()) ==
        std::vector<Site>{{"octahedral", 1}, {"octahedral", 1}, {"tetrahedral", 4}});
  CHECK(sites(salt()) == std::vector<Site>{{"8-fold", 2}});

  const auto iron_sites = generate::interstitial_sites(generate::find_symmetry(iron()));
  CHECK(iron_sites[0].radius == doctest::Approx(std::sqrt(5.0) / 4 * 2.87));
  CHECK(iron_sites[1].radius == doctest::Approx(2.87 / 2));
  // A cell four times as large has the same sites
  CHECK(sites(core::repeat(aluminium(), {2, 2, 1})) == sites(aluminium()));
}

TEST_CASE("supercells are as small as the distance of images allows") {
  const auto symmetry = generate::find_symmetry(aluminium());
  for (const double distance : {5.0, 8.0, 10.0}) {
    const auto cell = generate::roomy_cell(symmetry, distance);
    CHECK(generate::image_distance(cell.cell.vectors) >= distance - 1e-6);
    CHECK(core::minimum_distance(cell) == doctest::Approx(4.05 / std::sqrt(2.0)));
    const core::NeighborList list(cell, 3.0);
    for (std::size_t i = 0; i < cell.size(); ++i) CHECK(list.of(i).size() == 12);
    CHECK(cell.cell.volume() / static_cast<double>(cell.size()) ==
          doctest::Approx(std::pow(4.05, 3) / 4));
  }
  // Two conventional cells along each axis have 32 atoms and 8.1 Å; none has less than 8³/√2 Å³
  const auto least = generate::roomy_cell(symmetry, 8.0);
  CHECK(least.size() <= 27);
  CHECK(least.cell.volume() >= 512 / std::sqrt(2.0));
  CHECK(generate::roomy_cell(symmetry, 4.05 / std::sqrt(2.0)).size() == 1);
  CHECK(generate::roomy_cell(symmetry, 4.05 * std::sqrt(2.0)).size() == 8);
  CHECK(generate::roomy_cell(generate::find_symmetry(titanium()), 8.5).size() <= 36);
  CHECK(generate::roomy_cell(generate::find_symmetry(iron_nickel()), 8).size() < 64);
}

TEST_CASE("defects of a metal: one vacancy, two divacancies, two interstitials, three dumbbells") {
  const auto symmetry = generate::find_symmetry(aluminium());
  const auto defects = generate::make_defects(symmetry, {});
  CHECK(counts(defects) ==
        std::map<std::string, int>{
            {"vacancy", 1}, {"divacancy", 2}, {"interstitial", 2}, {"dumbbell", 3}});
  CHECK(defects.too_close == 0);
  const auto sites = static_cast<int>(generate::roomy_cell(symmetry, 8).size());
  for (const auto& candidate : defects.candidates) {
    const auto atoms = static_cast<int>(candidate.structure.size()) - sites;
    const auto& kind = candidate.config_type;
    CHECK(atoms == (kind == "vacancy" ? -1 : kind == "divacancy" ? -2 : 1));
    CHECK(candidate.origin.find("Fm-3m") != std::string::npos);
  }
  CHECK(counts(generate::make_defects(generate::find_symmetry(iron()), {}))["dumbbell"] == 3);
  CHECK(counts(generate::make_defects(generate::find_symmetry(titanium()), {}))["divacancy"] == 2);
}

TEST_CASE("defects of a compound are told apart by sublattice") {
  generate::DefectOptions options;
  options.elements = {6};
  options.shells = 1;
  const auto found = counts(generate::make_defects(generate::find_symmetry(salt()), options));
  CHECK(found.at("vacancy") == 2);
  CHECK(found.at("antisite") == 2);
  CHECK(found.at("substitution") == 2);
  CHECK(found.at("divacancy") == 1);
  CHECK(found.at("interstitial") == 3);
  options.kinds = {"vacancy"};
  CHECK(counts(generate::make_defects(generate::find_symmetry(salt()), options)) ==
        std::map<std::string, int>{{"vacancy", 2}});
}

TEST_CASE("interstitials and dumbbells sit where they say, and atoms stay apart") {
  generate::DefectOptions options;
  options.kinds = {"dumbbell", "interstitial"};
  for (const auto& candidate :
       generate::make_defects(generate::find_symmetry(iron()), options).candidates) {
    const auto& structure = candidate.structure;
    const core::NeighborList list(structure, 3.0);
    double nearest = 10;
    for (const auto& neighbor : list.of(structure.size() - 1))
      nearest = std::min(nearest, neighbor.distance);
    const bool dumbbell = candidate.config_type == "dumbbell";
    const bool octahedral = candidate.origin.starts_with("octahedral");
    const double along = candidate.origin.find("[1 1 1]") != std::string::npos ||
                                 candidate.origin.find("[-1 1 1]") != std::string::npos
                             ? std::sqrt(3.0) / 2 * 2.87 * (1 - 0.75 / 2)  // to the next in the row
                             : std::sqrt(3.0) / 2 * 2.87 * 0.75;
    CHECK(nearest <= doctest::Approx(dumbbell     ? std::max(along, 1.87)
                                     : octahedral ? 2.87 / 2
                                                  : std::sqrt(5.0) / 4 * 2.87));
    CHECK(nearest > 1.3);
  }
}

TEST_CASE("images that need too many atoms are refused") {
  generate::DefectOptions options;
  options.image_distance = 40;
  CHECK_THROWS_WITH_AS((void)generate::make_defects(generate::find_symmetry(aluminium()), options),
                       doctest::Contains("more than 300"), core::UserError);
}

TEST_CASE("seeds hold defects where they are asked for, none too close") {
  generate::Options options;
  options.composition = {{"Al", 1.0}};
  const auto seeds = [&] {
    std::map<std::string, int> found;
    for (const auto& candidate : generate::generate(options)) {
      ++found[candidate.config_type];
      CHECK(generate::distances_allowed(candidate.structure, options.closest));
    }
    return found;
  };
  CHECK_FALSE(seeds().contains("vacancy"));
  options.defect_images = 5.7;
  const auto found = seeds();
  CHECK(found.at("vacancy") == 4);  // at rest and rattled three times
  CHECK(found.contains("dumbbell"));
  options.composition = {{"Fe", 0.6}, {"Ni", 0.4}};
  CHECK_FALSE(seeds().contains("vacancy"));  // a random alloy has no inequivalent sites to count
}
