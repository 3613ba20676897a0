#include "core/element.hpp"

#include <doctest/doctest.h>

using namespace mlip::core;

TEST_CASE("every element is found by its number and by its symbol") {
  for (int z = 1; z <= largest_atomic_number; ++z) {
    CAPTURE(z);
    CHECK(element(z).number == z);
    CHECK(atomic_number(element(z).symbol) == z);
    CHECK(element(z).mass > 1);
    CHECK(element(z).covalent_radius > 0.2);
    CHECK(element(z).atomic_moment >= 0);
    CHECK((element(z).prototype == Prototype::none) == (element(z).lattice_constant == 0));
    CHECK((element(z).prototype == Prototype::hcp) == (element(z).c_over_a > 0));
  }
}

TEST_CASE("no symbol is taken for another") {
  CHECK_FALSE(atomic_number("Xx"));
  CHECK_FALSE(atomic_number(""));
  CHECK_FALSE(atomic_number("fe"));
  CHECK_FALSE(atomic_number("Fe "));
  CHECK(atomic_number("Lr") == 103);
}

TEST_CASE("facts of some elements") {
  const Element& iron = element(26);
  CHECK(iron.symbol == "Fe");
  CHECK(iron.mass == doctest::Approx(55.845));
  CHECK(iron.prototype == Prototype::bcc);
  CHECK(iron.lattice_constant == doctest::Approx(2.867).epsilon(1e-3));
  CHECK(iron.atomic_moment == 4);
  CHECK(iron.bulk_moment == 2.3);
  CHECK(iron.metal);
  CHECK(element(28).prototype == Prototype::fcc);
  CHECK(element(14).prototype == Prototype::diamond);
  CHECK_FALSE(element(14).metal);
  CHECK(element(7).prototype == Prototype::molecule);
  CHECK(element(12).c_over_a == doctest::Approx(1.624));
  CHECK(element(24).atomic_moment == 6);
  CHECK(element(64).atomic_moment == 8);
  CHECK(element(13).bulk_moment == 0);
}

// Density is a check of mass, radius and lattice constant at once; g/cm³ from the handbook.
TEST_CASE("lattice constants and masses give the measured densities") {
  const auto density = [](const char* symbol) {
    const Element& e = element(*atomic_number(symbol));
    const double a3 = e.lattice_constant * e.lattice_constant * e.lattice_constant;
    const double gram_per_cm3 = 1.66053906660;
    switch (e.prototype) {
      case Prototype::fcc:
        return 4 * e.mass / a3 * gram_per_cm3;
      case Prototype::bcc:
        return 2 * e.mass / a3 * gram_per_cm3;
      case Prototype::diamond:
        return 8 * e.mass / a3 * gram_per_cm3;
      default:
        return 2 * e.mass / (a3 * e.c_over_a * 0.8660254037844386) * gram_per_cm3;
    }
  };
  CHECK(density("Al") == doctest::Approx(2.70).epsilon(0.01));
  CHECK(density("Fe") == doctest::Approx(7.87).epsilon(0.01));
  CHECK(density("Ni") == doctest::Approx(8.91).epsilon(0.01));
  CHECK(density("Cu") == doctest::Approx(8.96).epsilon(0.01));
  CHECK(density("Ti") == doctest::Approx(4.51).epsilon(0.01));
  CHECK(density("W") == doctest::Approx(19.25).epsilon(0.01));
  CHECK(density("Si") == doctest::Approx(2.329).epsilon(0.01));
  CHECK(density("Mg") == doctest::Approx(1.738).epsilon(0.01));
  CHECK(density("Au") == doctest::Approx(19.3).epsilon(0.01));
}

TEST_CASE("a misspelt symbol is answered with the nearest one") {
  CHECK(nearest_symbol("fe") == "Fe");
  CHECK(nearest_symbol("NI") == "Ni");
  CHECK(nearest_symbol("Alu") == "Al");
  CHECK(nearest_symbol("Si1") == "Si");
  CHECK(atomic_number(nearest_symbol("")));
  CHECK(atomic_number(nearest_symbol(std::string(100000, 'q'))));
}
