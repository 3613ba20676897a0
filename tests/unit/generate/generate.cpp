#include "generate/generate.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/neighbor_list.hpp"

using namespace mlip;
using core::Candidate;
using generate::Options;

namespace {

Options options_for(const std::map<std::string, double>& composition) {
  Options options;
  options.composition = composition;
  return options;
}

std::map<std::string, int> kinds(const std::vector<Candidate>& candidates) {
  std::map<std::string, int> count;
  for (const Candidate& c : candidates) ++count[c.config_type];
  return count;
}

double fraction(const core::Structure& s, int number) {
  return static_cast<double>(std::count(s.numbers.begin(), s.numbers.end(), number)) /
         static_cast<double>(s.size());
}

void check_distances(const std::vector<Candidate>& candidates, double closest) {
  for (const Candidate& c : candidates) {
    CAPTURE(c.origin);
    const core::NeighborList list(c.structure, 6);
    for (std::size_t i = 0; i < c.structure.size(); ++i)
      for (const core::Neighbor& n : list.of(i)) {
        const auto radius = [&](std::size_t k) {
          return core::element(c.structure.numbers[k]).covalent_radius;
        };
        REQUIRE(n.distance >= closest * (radius(i) + radius(static_cast<std::size_t>(n.index))));
      }
  }
}

bool identical(const std::vector<Candidate>& a, const std::vector<Candidate>& b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](const Candidate& x, const Candidate& y) {
           return x.structure.cell == y.structure.cell &&
                  x.structure.numbers == y.structure.numbers &&
                  x.structure.positions == y.structure.positions &&
                  x.config_type == y.config_type && x.origin == y.origin;
         });
}

}  // namespace

TEST_CASE("a metal: every kind in its number") {
  const Options options = options_for({{"Al", 1.0}});
  const auto candidates = generate::generate(options);
  const auto count = kinds(candidates);
  CHECK(count.at("crystal") == 2);
  CHECK(count.at("volume") == 8 + 6);
  CHECK(count.at("shear") == 14);
  CHECK(count.at("rattle") == 36);
  CHECK(count.size() == 4);
  check_distances(candidates, options.closest);
  for (const Candidate& c : candidates) {
    CHECK(c.structure.size() <= 8);
    CHECK(c.structure.cell.all_periodic());
    CHECK_FALSE(c.origin.empty());
    CHECK(c.generation == 0);
    CHECK(c.fit_energy_and_stress);
  }
}

TEST_CASE("volumes span the strain on both sides, shears keep the volume") {
  Options options = options_for({{"Cu", 1.0}});
  options.volumetric_strain = 0.05;
  const double volume = std::pow(3.615, 3) / 4;
  double low = 1, high = 1;
  for (const Candidate& c : generate::generate(options)) {
    const double ratio =
        c.structure.cell.volume() / static_cast<double>(c.structure.size()) / volume;
    if (c.config_type == "volume") low = std::min(low, ratio), high = std::max(high, ratio);
    if (c.config_type == "crystal") CHECK(ratio == doctest::Approx(1));
    if (c.config_type == "shear") CHECK(ratio == doctest::Approx(1).epsilon(0.002));
  }
  CHECK(low == doctest::Approx(std::pow(0.95, 3)));
  CHECK(high == doctest::Approx(std::pow(1.05, 3)));
}

TEST_CASE("an ordered alloy: decorations keep the composition") {
  const Options options = options_for({{"Fe", 0.5}, {"Ni", 0.5}});
  const auto candidates = generate::generate(options);
  const auto count = kinds(candidates);
  CHECK(count.at("alloy") == 8);
  CHECK(count.at("rattle") == 36);
  std::set<std::vector<int>> decorations;
  for (const Candidate& c : candidates) {
    CHECK(fraction(c.structure, 26) == 0.5);
    if (c.config_type == "alloy") decorations.insert(c.structure.numbers);
  }
  CHECK(decorations.size() >= 4);
  check_distances(candidates, options.closest);
}

TEST_CASE("a random alloy of five elements has all of them in every cell") {
  Options options = options_for({{"Cr", 0.2}, {"Mn", 0.2}, {"Fe", 0.2}, {"Co", 0.2}, {"Ni", 0.2}});
  options.max_atoms = 10;
  const auto candidates = generate::generate(options);
  CHECK(kinds(candidates).at("alloy") == 8);
  for (const Candidate& c : candidates)
    for (int z = 24; z <= 28; ++z) CHECK(fraction(c.structure, z) == doctest::Approx(0.2));
  check_distances(candidates, options.closest);
  CHECK(generate::ground_state(options).numbers ==
        generate::primitive_ground_state(options).numbers);
}

TEST_CASE("compounds of metal and nonmetal keep their sublattices") {
  const auto candidates = generate::generate(options_for({{"Mg", 0.5}, {"O", 0.5}}));
  CHECK_FALSE(kinds(candidates).contains("alloy"));
  for (const Candidate& c : candidates) CHECK(fraction(c.structure, 8) == 0.5);
}

TEST_CASE("the same seed gives the same bits, another seed others") {
  Options options = options_for({{"Fe", 0.7}, {"Cr", 0.3}});
  options.clusters = true;
  options.seed = 5;
  const auto first = generate::generate(options);
  CHECK(identical(first, generate::generate(options)));
  options.seed = 6;
  CHECK_FALSE(identical(first, generate::generate(options)));
}

TEST_CASE("supercells are rattled repeats in which no atom is the image of a neighbour") {
  Options options = options_for({{"Al", 1.0}});
  CHECK_FALSE(kinds(generate::generate(options)).contains("supercell"));
  options.supercells = 3;
  options.supercell_repeats = {2, 2, 1};
  std::vector<Candidate> found;
  for (const Candidate& c : generate::generate(options))
    if (c.config_type == "supercell") found.push_back(c);
  REQUIRE(found.size() == 3);
  for (const Candidate& c : found) CHECK(c.structure.size() == 16);
  check_distances(found, options.closest);
  // Each has the next of the standard deviations.
  CHECK(found[0].origin.ends_with("rattled by 0.05 Å"));
  CHECK(found[2].origin.ends_with("rattled by 0.2 Å"));
}

TEST_CASE("a molecule: bond over distance and rattles, in a box with vacuum") {
  Options options = options_for({{"N", 1.0}});
  const auto candidates = generate::generate(options);
  const auto count = kinds(candidates);
  CHECK(count.at("crystal") == 1);
  CHECK(count.at("dimer") >= 9);
  CHECK(count.at("rattle") == 36);
  CHECK_FALSE(count.contains("volume"));
  check_distances(candidates, options.closest);
  double shortest = 9, longest = 0;
  for (const Candidate& c : candidates) {
    CHECK(c.structure.formula() == "N2");
    CHECK(c.structure.cell.all_periodic());
    const double bond = (c.structure.positions[1] - c.structure.positions[0]).norm();
    CHECK(c.structure.cell.vectors(2, 2) - bond >= 6);
    if (c.config_type != "dimer") continue;
    shortest = std::min(shortest, bond);
    longest = std::max(longest, bond);
  }
  CHECK(shortest < 1.098);
  CHECK(longest == doctest::Approx(3 * 1.098));
  CHECK(core::minimum_distance(generate::ground_state(options)) == doctest::Approx(1.098));
}

TEST_CASE("clusters: every pair over distance, every triple as triangle and chain") {
  Options options = options_for({{"Al", 0.25}, {"Ni", 0.75}});
  options.clusters = true;
  const auto candidates = generate::generate(options);
  std::map<std::string, std::set<double>> pairs;
  std::set<std::string> triples;
  for (const Candidate& c : candidates) {
    if (c.config_type == "dimer")
      pairs[c.structure.formula()].insert(core::minimum_distance(c.structure));
    if (c.config_type == "trimer") triples.insert(c.structure.formula());
  }
  REQUIRE(pairs.size() == 3);
  for (const auto& [formula, distances] : pairs) {
    CAPTURE(formula);
    CHECK(distances.size() == 10);
    CHECK(*distances.begin() < 2.2);
    CHECK(*distances.rbegin() > 5);
  }
  CHECK(triples == std::set<std::string>{"Al3", "Al2Ni", "AlNi2", "Ni3"});
  check_distances(candidates, options.closest);
}

TEST_CASE("ground states") {
  const auto iron = generate::ground_state(options_for({{"Fe", 1.0}}));
  CHECK(iron.size() == 2);
  CHECK(core::minimum_distance(iron) == doctest::Approx(2.867 * std::sqrt(3.0) / 2));
  CHECK(generate::primitive_ground_state(options_for({{"Fe", 1.0}})).size() == 1);
  const auto silicon = generate::ground_state(options_for({{"Si", 1.0}}));
  CHECK(silicon.size() == 8);
  CHECK(generate::primitive_ground_state(options_for({{"Si", 1.0}})).size() == 2);
  CHECK(generate::ground_state(options_for({{"Al", 0.25}, {"Ni", 0.75}})).formula() == "AlNi3");
}

TEST_CASE("no cell is larger than allowed") {
  Options options = options_for({{"Si", 1.0}});
  options.max_atoms = 4;
  for (const Candidate& c : generate::generate(options)) CHECK(c.structure.size() <= 4);
}

TEST_CASE("rattles have the standard deviation asked for and follow the seed") {
  const auto crystal = core::repeat(generate::ground_state(options_for({{"Cu", 1.0}})), {8, 8, 8});
  const auto moved = generate::rattled(crystal, 0.1, 3);
  double square = 0;
  for (std::size_t i = 0; i < crystal.size(); ++i)
    square += (moved.positions[i] - crystal.positions[i]).squaredNorm();
  CHECK(std::sqrt(square / (3.0 * static_cast<double>(crystal.size()))) ==
        doctest::Approx(0.1).epsilon(0.03));
  CHECK(moved.cell == crystal.cell);
  CHECK(generate::rattled(crystal, 0.1, 3).positions == moved.positions);
  CHECK(generate::rattled(crystal, 0.1, 4).positions != moved.positions);
}

TEST_CASE("hopeless rattles are left out rather than let through") {
  Options options = options_for({{"N", 1.0}});
  options.rattle = {3.0};
  options.closest = 1.2;
  check_distances(generate::generate(options), options.closest);
}

TEST_CASE("the distance rule counts images and kinds") {
  auto s = generate::ground_state(options_for({{"Cu", 1.0}}));
  CHECK(generate::distances_allowed(s, 0.75));
  CHECK_FALSE(generate::distances_allowed(s, 1.0));
  CHECK(generate::distances_allowed(s, 0));
  s.numbers = {1, 1, 1, 1};
  CHECK(generate::distances_allowed(s, 1.0));
  s.numbers = {29, 1, 1, 1};
  CHECK(generate::distances_allowed(s, 1.0));
  const auto atom = generate::isolated_atom(29, 2.0);
  CHECK_FALSE(generate::distances_allowed(atom, 0.8));
}

TEST_CASE("a lone atom sits in a periodic cube") {
  const auto atom = generate::isolated_atom(26, 12);
  CHECK(atom.numbers == std::vector<int>{26});
  CHECK(atom.cell.all_periodic());
  CHECK(core::minimum_distance(atom) == doctest::Approx(12));
}
