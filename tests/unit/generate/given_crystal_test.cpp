#include "generate/given_crystal.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <map>
#include <set>

#include "core/error.hpp"
#include "generate/crystal.hpp"
#include "generate/generate.hpp"

using namespace mlip;
using generate::GivenCrystal;

namespace {

core::Structure ground_state_of(const std::map<std::string, double>& composition,
                                const std::string& prototype, double lattice_constant) {
  generate::Options options;
  options.composition = composition;
  options.prototype = prototype;
  options.lattice_constant = lattice_constant;
  return generate::ground_state(options);
}

/// TiO2, six atoms: a crystal that no prototype is.
GivenCrystal rutile() {
  const double a = 4.594, c = 2.959, u = 0.305 * a;
  return {"rutile.cif",
          {"Ti", "Ti", "O", "O", "O", "O"},
          {{a, 0, 0}, {0, a, 0}, {0, 0, c}},
          {{0, 0, 0},
           {a / 2, a / 2, c / 2},
           {u, u, 0},
           {a - u, a - u, 0},
           {a / 2 + u, a / 2 - u, c / 2},
           {a / 2 - u, a / 2 + u, c / 2}}};
}

generate::Options options_with(const std::map<std::string, double>& composition,
                               const std::vector<GivenCrystal>& crystals) {
  generate::Options options;
  options.composition = composition;
  options.prototype = "given";
  options.crystals = crystals;
  return options;
}

std::map<std::string, int> count_kinds(const std::vector<core::Candidate>& candidates) {
  std::map<std::string, int> count;
  for (const auto& candidate : candidates) ++count[candidate.config_type];
  return count;
}

}  // namespace

TEST_CASE("a given crystal is kept as it was") {
  const auto structure = ground_state_of({{"Mg", 0.5}, {"O", 0.5}}, "rocksalt", 4.2);
  const auto back = generate::structure_of(generate::given_crystal("MgO", structure));
  CHECK(back.cell == structure.cell);
  CHECK(back.numbers == structure.numbers);
  CHECK(back.positions == structure.positions);
}

TEST_CASE("seeds of a given crystal are those of the prototype that it is") {
  for (const auto& [symbol, lattice] : {std::pair{"Al", "fcc"}, {"Si", "diamond"}, {"Ti", "hcp"}}) {
    CAPTURE(symbol);
    generate::Options options;
    options.composition = {{symbol, 1.0}};
    options.prototype = lattice;
    options.supercells = 2;
    options.supercell_repeats = {2, 2, 1};
    options.defect_images = 5;
    const auto expected = generate::generate(options);
    options.prototype = "given";
    options.crystals = {generate::given_crystal("mine", generate::ground_state([&] {
                                                  auto of_prototype = options;
                                                  of_prototype.prototype = lattice;
                                                  of_prototype.crystals.clear();
                                                  return of_prototype;
                                                }()))};
    const auto found = generate::generate(options);
    REQUIRE(count_kinds(found) == count_kinds(expected));
    for (std::size_t k = 0; k < found.size(); ++k) {
      CHECK(found[k].origin.find(lattice) == std::string::npos);
      CHECK(found[k].structure.size() == expected[k].structure.size());
      CHECK(found[k].structure.cell.volume() ==
            doctest::Approx(expected[k].structure.cell.volume()));
    }
  }
}

TEST_CASE("a compound that no prototype is: every kind of seed, its sublattices kept") {
  auto options = options_with({{"Ti", 1.0 / 3}, {"O", 2.0 / 3}}, {rutile()});
  options.supercells = 1;
  options.supercell_repeats = {1, 1, 2};
  options.defect_images = 4;
  options.max_atoms = 6;
  const auto candidates = generate::generate(options);
  const auto count = count_kinds(candidates);
  CHECK(count.at("crystal") == 1);
  CHECK(count.at("volume") == 8);
  CHECK(count.at("shear") == 14);
  CHECK(count.at("rattle") == 36);
  CHECK(count.at("supercell") == 1);
  CHECK(count.contains("vacancy"));
  CHECK_FALSE(count.contains("alloy"));
  for (const auto& candidate : candidates)
    if (candidate.config_type == "rattle") {
      CHECK(candidate.structure.formula() == "O4Ti2");
      CHECK(candidate.origin.starts_with("rutile.cif O4Ti2"));
    }
  CHECK(generate::ground_state(options).positions == generate::structure_of(rutile()).positions);
}

TEST_CASE("metals are decorated on the lattice of the crystal that is given") {
  const auto ordered = ground_state_of({{"Al", 0.25}, {"Ni", 0.75}}, "l12", 3.57);
  auto options =
      options_with({{"Al", 0.25}, {"Ni", 0.75}}, {generate::given_crystal("Ni3Al", ordered)});
  std::set<std::vector<int>> decorations;
  for (const auto& candidate : generate::generate(options))
    if (candidate.config_type == "alloy") {
      decorations.insert(candidate.structure.numbers);
      CHECK(candidate.structure.formula() ==
            (candidate.structure.size() == 8 ? "Al2Ni6" : "AlNi3"));
    }
  CHECK(decorations.size() > 1);
}

TEST_CASE("several crystals share the seeds that are counted") {
  const auto aluminium = ground_state_of({{"Al", 1}}, "fcc", 4.05);
  const auto nickel = ground_state_of({{"Ni", 1}}, "fcc", 3.52);
  const auto ordered = ground_state_of({{"Al", 0.5}, {"Ni", 0.5}}, "b2", 2.89);
  auto options = options_with({{"Al", 0.5}, {"Ni", 0.5}}, {generate::given_crystal("A", aluminium),
                                                           generate::given_crystal("B", nickel),
                                                           generate::given_crystal("C", ordered)});
  options.rattle = {0.1};
  options.rattled = 10;
  options.supercells = 2;
  options.supercell_repeats = {2, 1, 1};
  std::map<std::string, int> rattled, supercells;
  std::set<core::Vec3::Scalar> first_moves;
  for (const auto& candidate : generate::generate(options)) {
    const std::string crystal = candidate.origin.substr(0, 1);
    if (candidate.config_type == "rattle") ++rattled[crystal];
    if (candidate.config_type != "supercell") continue;
    ++supercells[crystal];
    CHECK(candidate.structure.size() == 8);
    first_moves.insert(
        (candidate.structure.to_fractional(candidate.structure.positions[0]).value[0]));
  }
  CHECK(rattled == std::map<std::string, int>{{"A", 4}, {"B", 3}, {"C", 3}});
  CHECK(supercells == std::map<std::string, int>{{"A", 1}, {"B", 1}});
  CHECK(first_moves.size() == 2);
  CHECK(generate::ground_state(options, 1).numbers == nickel.numbers);
  CHECK(generate::repeats_of(options, 2, {2, 1, 1}) == std::array{2, 2, 1});
}

TEST_CASE("what no crystal can be is said") {
  const auto problem = [](auto&& spoil) {
    GivenCrystal crystal = rutile();
    spoil(crystal);
    return generate::problem_of(crystal);
  };
  CHECK(generate::problem_of(rutile()).empty());
  CHECK(problem([](auto& c) { c.elements.clear(); }) == "holds no atoms");
  CHECK(problem([](auto& c) { c.elements[1] = "Tii"; }) ==
        "unknown element 'Tii'; did you mean 'Ti'?");
  CHECK(problem([](auto& c) { c.cell.pop_back(); }).starts_with("cell must be"));
  CHECK(problem([](auto& c) { c.positions.pop_back(); }).starts_with("positions must be"));
  CHECK(problem([](auto& c) { c.positions[2].push_back(0); }).starts_with("positions must be"));
  CHECK(problem([](auto& c) { c.positions[2][0] = std::numeric_limits<double>::infinity(); }) ==
        "a number is not finite");
  CHECK(problem([](auto& c) { c.cell[2] = c.cell[1]; }) == "its vectors span no cell");
  CHECK(problem([](auto& c) {
          c.positions[3] = {0.3, 0, 0};
        }) == "atom 1 (Ti) lies 0.300 Å from atom 4 (O)");
  const GivenCrystal flat{"flat", {"Al"}, {{4, 0, 0}, {0, 4, 0}, {0, 0, 1}}, {{0, 0, 0}}};
  CHECK(generate::problem_of(flat) == "atom 1 (Al) lies 1.000 Å from its own image (Al)");
}
