#include "generate/crystal.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "core/element.hpp"
#include "core/error.hpp"

using namespace mlip;
using generate::Crystal;
using generate::Options;

namespace {

Crystal choose(const std::map<std::string, double>& composition,
               const std::string& prototype = "auto") {
  Options options;
  options.composition = composition;
  options.prototype = prototype;
  return generate::choose_crystal(options);
}

}  // namespace

TEST_CASE("one element takes its ground state and its measured lattice constant") {
  for (const auto& [symbol, prototype, a] : {std::tuple{"Al", "fcc", 4.05},
                                             {"Fe", "bcc", 2.867},
                                             {"Si", "diamond", 5.431},
                                             {"Ti", "hcp", 2.951},
                                             {"N", "molecule", 1.098}}) {
    const Crystal crystal = choose({{symbol, 1.0}});
    CAPTURE(symbol);
    CHECK(crystal.prototype == prototype);
    CHECK(crystal.lattice_constant == doctest::Approx(a).epsilon(0.001));
    CHECK_FALSE(crystal.random);
  }
  CHECK(choose({{"Ti", 1.0}}).c_over_a == doctest::Approx(1.587).epsilon(0.001));
}

TEST_CASE("a foreign lattice keeps the volume of an atom") {
  const double volume = std::pow(choose({{"Fe", 1.0}}).lattice_constant, 3) / 2;
  const double fcc = choose({{"Fe", 1.0}}, "fcc").lattice_constant;
  CHECK(fcc * fcc * fcc / 4 == doctest::Approx(volume));
  const Crystal manganese = choose({{"Mn", 1.0}});
  CHECK(manganese.prototype == "fcc");
  CHECK(std::pow(manganese.lattice_constant, 3) / 4 == doctest::Approx(12.2));
}

TEST_CASE("pairs of metals order by their lattices and ratio") {
  CHECK(choose({{"Fe", 0.5}, {"Ni", 0.5}}).prototype == "l10");
  CHECK(choose({{"Cu", 0.5}, {"Au", 0.5}}).prototype == "l10");
  CHECK(choose({{"Fe", 0.5}, {"Co", 0.5}}).prototype == "b2");
  CHECK(choose({{"Fe", 0.5}, {"Cr", 0.5}}).prototype == "b2");
  const Crystal nickel_aluminium = choose({{"Al", 0.25}, {"Ni", 0.75}});
  CHECK(nickel_aluminium.prototype == "l12");
  CHECK(nickel_aluminium.species == std::vector<int>{28, 13});
  CHECK(nickel_aluminium.lattice_constant == doctest::Approx(3.57).epsilon(0.04));
  const Crystal solution = choose({{"Fe", 0.9}, {"Cr", 0.1}});
  CHECK(solution.prototype == "bcc");
  CHECK(solution.random);
}

TEST_CASE("compounds near their measured lattice constants") {
  const auto lattice_constant = [](const char* a, const char* b, const char* prototype) {
    const Crystal crystal = choose({{a, 0.5}, {b, 0.5}});
    CHECK(crystal.prototype == prototype);
    CHECK_FALSE(crystal.random);
    return crystal.lattice_constant;
  };
  CHECK(lattice_constant("Mg", "O", "rocksalt") == doctest::Approx(4.21).epsilon(0.06));
  CHECK(lattice_constant("Na", "Cl", "rocksalt") == doctest::Approx(5.64).epsilon(0.06));
  CHECK(lattice_constant("Si", "C", "diamond") == doctest::Approx(4.36).epsilon(0.03));
  CHECK(lattice_constant("C", "O", "diamond") > 2);
  CHECK(lattice_constant("H", "F", "molecule") == doctest::Approx(0.917).epsilon(0.05));
  CHECK(lattice_constant("Fe", "Ni", "l10") == doctest::Approx(3.57).epsilon(0.02));
}

TEST_CASE("more elements are a random alloy on the commonest lattice") {
  const Crystal crystal = choose({{"Fe", 0.3}, {"Ni", 0.3}, {"Cu", 0.2}, {"Cr", 0.1}, {"O", 0.1}});
  CHECK(crystal.prototype == "fcc");
  CHECK(crystal.random);
  CHECK(crystal.composition.size() == 5);
  CHECK(choose({{"W", 0.4}, {"Ta", 0.3}, {"Ti", 0.3}}).prototype == "bcc");
  CHECK(choose({{"Ti", 0.6}, {"Zr", 0.4}}).c_over_a == doctest::Approx(1.589).epsilon(0.002));
  CHECK(choose({{"O", 0.7}, {"N", 0.3}}).prototype == "fcc");
  CHECK(choose({{"Si", 0.3}, {"Ge", 0.7}}).prototype == "diamond");
}

TEST_CASE("the user's word counts") {
  Options options;
  options.composition = {{"Al", 1.0}};
  options.lattice_constant = 4.2;
  CHECK(generate::choose_crystal(options).lattice_constant == 4.2);
  CHECK(choose({{"Ni", 0.5}, {"Al", 0.5}}, "b2").prototype == "b2");
  CHECK(choose({{"Fe", 2}, {"Ni", 2}}).composition.at(26) == 0.5);
  CHECK(choose({{"Ni", 0.6}, {"Al", 0.4}}, "bcc").random);
  CHECK(choose({{"Fe", 1.0}, {"C", 0.0}}).composition.size() == 1);
}

TEST_CASE("what does not go together is refused with the remedy") {
  CHECK_THROWS_WITH_AS(choose({{"Fee", 1.0}}), "unknown element 'Fee' in 'composition'",
                       core::UserError);
  CHECK_THROWS_AS(choose({}), core::UserError);
  CHECK_THROWS_AS(choose({{"Fe", -1.0}}), core::UserError);
  CHECK_THROWS_AS(choose({{"Fe", std::nan("")}}), core::UserError);
  CHECK_THROWS_WITH_AS(choose({{"Fe", 1.0}}, "fc"), "unknown prototype 'fc'", core::UserError);
  CHECK_THROWS_WITH_AS(choose({{"Fe", 1.0}}, "l10"),
                       "prototype 'l10' needs two elements one to one in 'composition'",
                       core::UserError);
  CHECK_THROWS_AS(choose({{"Fe", 0.5}, {"Ni", 0.5}}, "l12"), core::UserError);
  CHECK_THROWS_AS(choose({{"Fe", 0.6}, {"Ni", 0.4}}, "molecule"), core::UserError);
}

TEST_CASE("atomic volumes") {
  CHECK(generate::atomic_volume(13) == doctest::Approx(16.6).epsilon(0.01));
  CHECK(generate::atomic_volume(22) == doctest::Approx(17.66).epsilon(0.01));
  CHECK(generate::atomic_volume(14) == doctest::Approx(20.02).epsilon(0.01));
  for (int z = 1; z <= core::largest_atomic_number; ++z) {
    CAPTURE(z);
    CHECK(generate::atomic_volume(z) > 0.1);
    CHECK(generate::atomic_volume(z) < 120);
  }
}
